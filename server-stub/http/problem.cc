#include "server-stub/http/problem.h"

#include "sotto/stream/json_writer.h"

namespace sotto::server {

std::string_view ReasonPhrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string ProblemJson(unsigned status, std::string_view code, std::string_view detail) {
  stream::JsonWriter json;
  json.BeginObject().Key("type").String("about:blank").Key("title").String(ReasonPhrase(status));
  json.Key("status").Uint(status).Key("detail").String(detail).Key("code").String(code).EndObject();
  return json.Release();
}

Response Problem(unsigned status, std::string_view code, std::string_view detail) {
  return {status,
          {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
          Share(ProblemJson(status, code, detail))};
}

Response RetryLater(unsigned status, std::string_view code, std::string_view detail, unsigned seconds) {
  Response response = Problem(status, code, detail);
  response.headers.emplace_back("Retry-After", std::to_string(seconds));
  return response;
}

}  // namespace sotto::server
