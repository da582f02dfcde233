// Whatever stands in a request line and its headers: the router answers, and never hands on a parameter from which a
// path of a file could be made.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server-stub/http/client_address.h"
#include "server-stub/http/conditional.h"
#include "server-stub/routes/routes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::server;
  static Site site{Config{}};
  static const Router router(MakeEndpoints(site));

  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view target = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(target.size());
  for (const Method method : {Method::kGet, Method::kPut, Method::kOptions}) {
    const auto found = router.Find(method, target);
    const auto* match = std::get_if<RouteMatch>(&found);
    if (match == nullptr) continue;
    for (const std::string_view parameter : match->parameters) {
      if (parameter.empty() || parameter.find('/') != std::string_view::npos) std::abort();
      // The one parameter that a file is named by.
      if (match->endpoint->route == Route::kSegment && parameter.find("..") != std::string_view::npos) std::abort();
    }
  }
  Matches(rest, "\"0123\"");
  if (ClientKey("127.0.0.1", rest, {"127.0.0.1"}).empty()) std::abort();
  return 0;
}
