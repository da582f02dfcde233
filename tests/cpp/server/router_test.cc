#include "server-stub/http/router.h"

#include <gtest/gtest.h>

#include "server-stub/http/target.h"
#include "server-stub/routes/routes.h"

namespace sotto::server {
namespace {

using Segments = std::vector<std::string_view>;

TEST(PathSegments, SplitsAtSlashesAndLeavesOutQueryAndFragment) {
  EXPECT_EQ(PathSegments("/"), Segments{""});
  EXPECT_EQ(PathSegments("/v1/models?x=/y#z"), (Segments{"v1", "models"}));
  EXPECT_EQ(PathSegments("/v1//models/"), (Segments{"v1", "", "models", ""}));
}

TEST(PathSegments, ReadsTheAbsoluteForm) {
  EXPECT_EQ(PathSegments("http://example.com/healthz"), Segments{"healthz"});
  EXPECT_EQ(PathSegments("http://example.com"), Segments{""});
  EXPECT_EQ(PathSegments("https://example.com?x"), std::nullopt);
}

TEST(PathSegments, DecodesNothing) {
  EXPECT_EQ(PathSegments("/%2e%2e/%2F"), (Segments{"%2e%2e", "%2F"}));
}

TEST(PathSegments, RefusesOtherForms) {
  for (const std::string_view target : {"", "*", "v1", "example.com:80", "?x", "ftp://example.com/x"}) {
    EXPECT_EQ(PathSegments(target), std::nullopt) << target;
  }
}

class RouterTest : public testing::Test {
 protected:
  Route RouteOf(std::string_view target, Method method = Method::kGet) {
    const auto found = router_.Find(method, target);
    if (const auto* match = std::get_if<RouteMatch>(&found)) return match->endpoint->route;
    return Route::kNone;
  }
  unsigned StatusOf(std::string_view target, Method method = Method::kGet) {
    const auto found = router_.Find(method, target);
    const auto* response = std::get_if<Response>(&found);
    return response == nullptr ? 0 : response->status;
  }

  Site site_{Config{}};
  Router router_{MakeEndpoints(site_)};
};

TEST_F(RouterTest, KnowsEveryPathOfTheManual) {
  EXPECT_EQ(RouteOf("/healthz"), Route::kHealth);
  EXPECT_EQ(RouteOf("/readyz"), Route::kReady);
  EXPECT_EQ(RouteOf("/metrics"), Route::kMetrics);
  EXPECT_EQ(RouteOf("/v1/streams/tea-house/manifest.json"), Route::kManifest);
  EXPECT_EQ(RouteOf("/v1/streams/tea-house/master.m3u8"), Route::kMultivariantPlaylist);
  EXPECT_EQ(RouteOf("/v1/streams/tea-house/live.m3u8"), Route::kMediaPlaylist);
  EXPECT_EQ(RouteOf("/v1/streams/tea-house/segments/live12.ts"), Route::kSegment);
  EXPECT_EQ(RouteOf("/v1/streams/tea-house/comments"), Route::kComments);
  EXPECT_EQ(RouteOf("/v1/models/comments/1.2"), Route::kModel);
  EXPECT_EQ(RouteOf("/v1/tasks/affinity-1/updates/0a", Method::kPut), Route::kUpdate);
}

TEST_F(RouterTest, HandsOverTheParametersInOrder) {
  const auto found = router_.Find(Method::kGet, "/v1/models/comments/1.2?cache=no");
  EXPECT_EQ(std::get<RouteMatch>(found).parameters, (PathParameters{"comments", "1.2"}));
}

TEST_F(RouterTest, AnswersHeadLikeGet) {
  EXPECT_EQ(RouteOf("/healthz", Method::kHead), Route::kHealth);
}

TEST_F(RouterTest, RefusesOtherMethodsNamingTheAllowedOnes) {
  EXPECT_EQ(StatusOf("/healthz", Method::kPut), 405u);
  EXPECT_EQ(StatusOf("/healthz", Method::kOther), 405u);
  EXPECT_EQ(StatusOf("/v1/tasks/a/updates/b", Method::kGet), 405u);
  const auto found = router_.Find(Method::kGet, "/v1/tasks/a/updates/b");
  const Response& response = std::get<Response>(found);
  EXPECT_EQ(response.headers.back().first, "Allow");
  EXPECT_EQ(response.headers.back().second, "PUT, OPTIONS");
}

TEST_F(RouterTest, AnswersOptionsOfKnownPathsOnly) {
  EXPECT_EQ(StatusOf("/v1/tasks/a/updates/b", Method::kOptions), 204u);
  EXPECT_EQ(StatusOf("/v1/nothing", Method::kOptions), 404u);
}

TEST_F(RouterTest, LetsNoPathOfAFileThrough) {
  for (const std::string_view name :
       {"..", ".", "../live.ts", "%2e%2e", "live.ts%00", "a/b.ts", "live.m3u8", ".ts", "..a.ts", ".a.ts", "a.ts.",
        "a b.ts", "a.TS", "", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff12345.ts"}) {
    EXPECT_EQ(StatusOf("/v1/streams/a/segments/" + std::string(name)), 404u) << name;
  }
  EXPECT_EQ(RouteOf("/v1/streams/a/segments/seg_-09.m4s"), Route::kSegment);
  EXPECT_EQ(RouteOf("/v1/streams/a/segments/init.mp4"), Route::kSegment);
  EXPECT_EQ(RouteOf("/v1/streams/a/segments/part8.0.m4s"), Route::kSegment);
  EXPECT_EQ(StatusOf("/v1/streams/a b/manifest.json"), 404u);
  EXPECT_EQ(StatusOf("/v1/models/a/.."), 404u);
  EXPECT_EQ(StatusOf("/v1/models/a/.hidden"), 404u);
}

TEST_F(RouterTest, DoesNotConfuseNeighbours) {
  EXPECT_EQ(StatusOf("/healthz/"), 404u);
  EXPECT_EQ(StatusOf("//healthz"), 404u);
  EXPECT_EQ(StatusOf("/v1/streams/a"), 404u);
  EXPECT_EQ(StatusOf("/v1/tasks/a/updates", Method::kPut), 404u);
  EXPECT_EQ(StatusOf("/v1/tasks/a/updates/", Method::kPut), 404u);
}

}  // namespace
}  // namespace sotto::server
