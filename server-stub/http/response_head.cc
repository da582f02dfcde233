#include "server-stub/http/response_head.h"

#include "server-stub/http/problem.h"

namespace sotto::server {

void AppendResponseHead(const Response& response, Framing framing, std::string_view date, std::string& out) {
  out.append("HTTP/1.").append(framing.version == 10 ? "0 " : "1 ");
  out.append(std::to_string(response.status)).append(" ").append(ReasonPhrase(response.status));
  out.append("\r\nDate: ").append(date);
  // Everything here is public; lets isolated pages (COEP) load it.
  out.append("\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: cross-origin\r\n");
  for (const auto& [name, value] : response.headers) out.append(name).append(": ").append(value).append("\r\n");
  if (framing.keep_alive && framing.version == 10) out.append("Connection: keep-alive\r\n");
  if (!framing.keep_alive && framing.version != 10) out.append("Connection: close\r\n");
  if (response.status != 204 && response.status != 304) {
    out.append("Content-Length: ").append(std::to_string(response.body ? response.body->size() : 0)).append("\r\n");
  }
  out.append("\r\n");
}

}  // namespace sotto::server
