// The small rules of HTTP: problems, entity tags, CORS, dates, whose request it is, how many.
#include <gtest/gtest.h>

#include "server-stub/http/client_address.h"
#include "server-stub/http/conditional.h"
#include "server-stub/http/connection_counter.h"
#include "server-stub/http/cors.h"
#include "server-stub/http/date.h"
#include "server-stub/http/problem.h"
#include "server-stub/http/rate_limiter.h"
#include "server-stub/http/response_head.h"

namespace sotto::server {
namespace {

std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(Problem, IsProblemJson) {
  const Response problem = Problem(404, "NOT_FOUND", "No \"such\" thing.");
  EXPECT_EQ(problem.status, 404u);
  EXPECT_EQ(HeaderOf(problem, "Content-Type"), "application/problem+json");
  EXPECT_EQ(
      *problem.body,
      R"({"type":"about:blank","title":"Not Found","status":404,"detail":"No \"such\" thing.","code":"NOT_FOUND"})");
}

TEST(RetryLater, SaysWhen) {
  EXPECT_EQ(HeaderOf(RetryLater(503, "UNAVAILABLE", "", 7), "Retry-After"), "7");
}

TEST(Matches, ComparesEntityTagsWeakly) {
  EXPECT_TRUE(Matches("\"a\"", "\"a\""));
  EXPECT_TRUE(Matches("W/\"a\"", "\"a\""));
  EXPECT_TRUE(Matches("\"b\", W/\"c\" ,\"a\"", "\"a\""));
  EXPECT_TRUE(Matches(" * ", "\"a\""));
  EXPECT_FALSE(Matches("", "\"a\""));
  EXPECT_FALSE(Matches("\"b\"", "\"a\""));
  EXPECT_FALSE(Matches("a", "\"a\""));
  EXPECT_FALSE(Matches("\"a", "\"a\""));
  EXPECT_FALSE(Matches(",,", "\"a\""));
}

TEST(EntityTagOf, FollowsTheContent) {
  EXPECT_EQ(EntityTagOf("a"), EntityTagOf("a"));
  EXPECT_NE(EntityTagOf("a"), EntityTagOf("b"));
  // SHA-256 of the empty string, FIPS 180-4.
  EXPECT_EQ(EntityTagOf(""), "\"e3b0c44298fc1c149afbf4c8996fb924\"");
}

TEST(Conditional, SendsContentOnlyToThoseWithoutIt) {
  Request request;
  const Response full = Conditional(request, Share("body"), "\"t\"", "text/plain", "no-cache");
  EXPECT_EQ(full.status, 200u);
  EXPECT_EQ(*full.body, "body");
  request.if_none_match = "\"t\"";
  const Response same = Conditional(request, Share("body"), "\"t\"", "text/plain", "no-cache");
  EXPECT_EQ(same.status, 304u);
  EXPECT_EQ(same.body, nullptr);
  EXPECT_EQ(HeaderOf(same, "ETag"), "\"t\"");
  EXPECT_EQ(HeaderOf(same, "Cache-Control"), "no-cache");
}

TEST(IsOrigin, IsWhatBrowsersSend) {
  for (const char* origin : {"https://shop.example", "http://127.0.0.1:8080", "http://[::1]:8080", "app://page"}) {
    EXPECT_TRUE(IsOrigin(origin)) << origin;
  }
  for (const char* other : {"", "shop.example", "https://", "https://shop.example/", "https://Shop.example", "://a",
                            "https://a b", "https://u@a", "https://a?b"}) {
    EXPECT_FALSE(IsOrigin(other)) << other;
  }
}

TEST(Cors, AllowsTheOriginsOfTheListOnly) {
  const Cors cors({"https://shop.example"});
  Response response;
  cors.AddTo(response, "https://shop.example", false);
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_EQ(HeaderOf(response, "Vary"), "Origin");
  Response other;
  cors.AddTo(other, "https://evil.example", false);
  EXPECT_EQ(HeaderOf(other, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(HeaderOf(other, "Vary"), "Origin");
}

TEST(Cors, AnswersAPreflight) {
  Response response;
  Cors({"*"}).AddTo(response, "https://any.example", true);
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Methods"), "GET, HEAD, PUT, POST, OPTIONS");
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Headers"), "Content-Type, If-None-Match");
}

TEST(Cors, LetsWebSocketsInFromAllowedOriginsItsOwnAndNoBrowser) {
  const Cors cors({"https://shop.example"});
  EXPECT_TRUE(cors.MayConnect("", "live.example"));
  EXPECT_TRUE(cors.MayConnect("https://shop.example", "live.example"));
  EXPECT_TRUE(cors.MayConnect("https://live.example:8443", "live.example:8443"));
  EXPECT_FALSE(cors.MayConnect("https://live.example", "live.example:8443"));
  EXPECT_FALSE(cors.MayConnect("https://evil.example", "live.example"));
  EXPECT_FALSE(cors.MayConnect("null", ""));
  EXPECT_TRUE(Cors({"*"}).MayConnect("https://evil.example", "live.example"));
}

TEST(HttpDate, IsTheExampleOfTheRfc) {
  EXPECT_EQ(HttpDate(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpDateClock, SaysEachSecondItsOwn) {
  HttpDateClock clock;
  EXPECT_EQ(clock.At(0), HttpDate(0));
  EXPECT_EQ(clock.At(784'111'777), HttpDate(784'111'777));
  EXPECT_EQ(clock.At(784'111'777), HttpDate(784'111'777));
  EXPECT_EQ(clock.At(784'111'778), HttpDate(784'111'778));
  EXPECT_EQ(clock.At(784'111'777), HttpDate(784'111'777));  // the machine's clock went back
}

std::string HeadOf(const Response& response, Framing framing) {
  std::string head = "before;";
  AppendResponseHead(response, framing, "D", head);
  return head;
}

TEST(AppendResponseHead, IsStatusLineAndFields) {
  EXPECT_EQ(HeadOf({200, {{"ETag", "\"a\""}, {"Vary", "Origin"}}, Share("four")}, {}),
            "before;HTTP/1.1 200 OK\r\nDate: D\r\nX-Content-Type-Options: nosniff\r\n"
            "Cross-Origin-Resource-Policy: cross-origin\r\nETag: \"a\"\r\nVary: Origin\r\nContent-Length: 4\r\n\r\n");
}

TEST(AppendResponseHead, SaysWhatEachVersionWouldNotExpectOfTheConnection) {
  const Response response{200, {}, nullptr};
  EXPECT_EQ(HeadOf(response, {11, true}).find("Connection"), std::string::npos);
  EXPECT_NE(HeadOf(response, {11, false}).find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_NE(HeadOf(response, {10, true}).find("\r\nConnection: keep-alive\r\n"), std::string::npos);
  EXPECT_EQ(HeadOf(response, {10, false}).find("Connection"), std::string::npos);
  EXPECT_TRUE(HeadOf(response, {10, false}).starts_with("before;HTTP/1.0 200 "));
}

TEST(AppendResponseHead, GivesALengthWhereTheStatusAllowsOne) {
  EXPECT_NE(HeadOf({201, {}, nullptr}, {}).find("\r\nContent-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(HeadOf({204, {}, nullptr}, {}).find("Content-Length"), std::string::npos);
  EXPECT_EQ(HeadOf({304, {}, nullptr}, {}).find("Content-Length"), std::string::npos);
}

TEST(ClientKey, IsThePeerWithoutTrustedProxies) {
  EXPECT_EQ(ClientKey("192.0.2.1", "198.51.100.7", {}), "192.0.2.1");
  EXPECT_EQ(ClientKey("::ffff:192.0.2.1", "", {}), "192.0.2.1");
}

TEST(ClientKey, TakesAHouseholdOfIpv6AsOne) {
  EXPECT_EQ(ClientKey("2001:db8:1:2:3:4:5:6", "", {}), "2001:db8:1:2::/64");
  EXPECT_EQ(ClientKey("2001:db8:1:2:aaaa::1", "", {}), "2001:db8:1:2::/64");
}

TEST(ClientKey, BelievesOnlyWhatTrustedProxiesWrote) {
  const std::vector<std::string> proxies = {"127.0.0.1", "10.0.0.1"};
  EXPECT_EQ(ClientKey("127.0.0.1", "203.0.113.9", proxies), "203.0.113.9");
  // The client itself wrote the first entry; the proxies appended the others.
  EXPECT_EQ(ClientKey("127.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.1", proxies), "203.0.113.9");
  EXPECT_EQ(ClientKey("127.0.0.1", "203.0.113.9, nonsense", proxies), "127.0.0.1");
  EXPECT_EQ(ClientKey("127.0.0.1", "", proxies), "127.0.0.1");
  EXPECT_EQ(ClientKey("198.51.100.7", "203.0.113.9", proxies), "198.51.100.7");
}

TEST(IsTrustedProxy, KnowsAnAddressInEachOfItsForms) {
  EXPECT_TRUE(IsTrustedProxy("::ffff:127.0.0.1", {"127.0.0.1"}));
  EXPECT_TRUE(IsTrustedProxy("2001:db8::1", {"2001:DB8:0::1"}));
  EXPECT_FALSE(IsTrustedProxy("127.0.0.2", {"127.0.0.1"}));
  EXPECT_FALSE(IsTrustedProxy("127.0.0.1", {}));
}

TEST(RateLimiter, LetsAMinutesWorthThroughAtOnceThenOneAtATime) {
  RateLimiter limiter(3);
  EXPECT_EQ(limiter.Take("a", 100), 0u);
  EXPECT_EQ(limiter.Take("a", 100), 0u);
  EXPECT_EQ(limiter.Take("a", 100), 0u);
  EXPECT_EQ(limiter.Take("a", 100), 20u);
  EXPECT_EQ(limiter.Take("a", 119), 1u);
  EXPECT_EQ(limiter.Take("a", 120), 0u);
  EXPECT_EQ(limiter.Take("b", 120), 0u);
}

TEST(RateLimiter, CountsInTheTimeThatItIsGiven) {
  RateLimiter limiter(2, 1);
  EXPECT_EQ(limiter.Take("a", 100), 0u);
  EXPECT_EQ(limiter.Take("a", 100), 0u);
  EXPECT_EQ(limiter.Take("a", 100.25), 1u);
  EXPECT_EQ(limiter.Take("a", 100.5), 0u);
}

TEST(RateLimiter, HasNoLimitAtZero) {
  RateLimiter limiter(0);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(limiter.Take("a", 0), 0u);
  EXPECT_EQ(limiter.size(), 0u);
}

TEST(RateLimiter, CannotBeFilledByInventedAddresses) {
  RateLimiter limiter(60);
  for (size_t i = 0; i < RateLimiter::kMaxKeys + 10; ++i) limiter.Take(std::to_string(i), 0);
  EXPECT_LE(limiter.size(), RateLimiter::kMaxKeys);
}

TEST(ConnectionCounter, CountsTicketsAsLongAsTheyLive) {
  ConnectionCounter counter(2);
  auto first = counter.Take("a");
  {
    const auto second = counter.Take("a");
    EXPECT_TRUE(second);
    EXPECT_FALSE(counter.Take("a"));
    EXPECT_TRUE(counter.Take("b"));
  }
  EXPECT_EQ(counter.Count("a"), 1u);
  auto moved = std::move(first);
  EXPECT_EQ(counter.Count("a"), 1u);
  moved = {};
  EXPECT_EQ(counter.Count("a"), 0u);
}

}  // namespace
}  // namespace sotto::server
