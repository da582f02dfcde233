#include "sotto/stream/manifest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stream/sample_manifest.h"

namespace sotto::stream {
namespace {

Manifest Sample() {
  auto parsed = ParseManifest(kSampleManifest);
  EXPECT_TRUE(parsed.ok()) << ToString(parsed.error());
  return std::move(parsed).value();
}

// What ParseManifest says of the sample after one change.
std::string MessageFor(std::string_view before, std::string_view after) {
  const auto parsed = ParseManifest(SampleWith(before, after));
  if (parsed.ok()) return "accepted";
  EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed);
  return parsed.error().message;
}

TEST(ParseManifest, ReadsEveryField) {
  const Manifest manifest = Sample();
  EXPECT_EQ(manifest.version, 1u);
  EXPECT_EQ(manifest.stream, "tea-house");
  EXPECT_EQ(manifest.title, (LocalText{"茶馆", "Tea house"}));
  EXPECT_EQ(manifest.hls, "master.m3u8");
  EXPECT_EQ(manifest.comments, "comments");
  EXPECT_EQ(manifest.epoch, "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(manifest.refresh, 5);
  ASSERT_EQ(manifest.products.size(), 2u);
  EXPECT_EQ(manifest.products[0], (ManifestProduct{"p1",
                                                   {"绿茶", "Green tea"},
                                                   "tea/green",
                                                   12900,
                                                   "CNY",
                                                   "products/p1.svg",
                                                   {"净含量 50 克"},
                                                   {"Net weight 50 g"},
                                                   "Pine",
                                                   120}));
  EXPECT_EQ(manifest.products[1].brand, "");
  EXPECT_EQ(manifest.products[1].stock, -1);
  EXPECT_EQ(manifest.events[0], (TimedEvent{"e1", "product", "p1", 4, 11.5, 120}));
  EXPECT_EQ(manifest.models[0],
            (ModelReference{"comments", "1.2", "/v1/models/comments/1.2",
                            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 65536}));
  EXPECT_EQ(manifest.tasks[0], (TaskReference{"affinity-1",
                                              "affinity",
                                              "local",
                                              "/v1/tasks/affinity-1/updates",
                                              {"p1", "p2"},
                                              2,
                                              9,
                                              2,
                                              0.75,
                                              6.5,
                                              0.00001,
                                              400,
                                              "2026-02-01T00:00:00Z"}));
  ASSERT_EQ(manifest.campaigns.size(), 2u);
  EXPECT_EQ(manifest.campaigns[0], (Campaign{"welcome",
                                             {"newcomer"},
                                             {"explorer", "brand-loyal:Pine"},
                                             {"buyer"},
                                             "p1",
                                             CampaignCoupon{12.5, {"新客", "New"}},
                                             60,
                                             1800}));
  EXPECT_EQ(manifest.campaigns[1], (Campaign{"all", {}, {}, {}, "p2", std::nullopt, 0, 0}));
}

TEST(ParseManifest, NeedsNoMoreThanVersionStreamTitleAndProducts) {
  const auto parsed = ParseManifest(R"({"version":1,"stream":"s","title":{"zh":"茶"},"products":[]})");
  ASSERT_TRUE(parsed.ok()) << ToString(parsed.error());
  Manifest expected;
  expected.stream = "s";
  expected.title = {"茶", "茶"};
  EXPECT_EQ(parsed.value(), expected);
}

TEST(ParseManifest, LetsEachLanguageStandInForTheOther) {
  const auto parsed = ParseManifest(SampleWith(R"({"zh": "茶壶", "en": "Teapot"})", R"({"en": "Teapot"})"));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().products[1].title, (LocalText{"Teapot", "Teapot"}));
}

struct Refusal {
  std::string before;
  std::string after;
  std::string message;  // the beginning of it
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.after;
}

class ParseManifestRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParseManifestRefuses, NamingThePath) {
  const Refusal& refusal = GetParam();
  EXPECT_EQ(MessageFor(refusal.before, refusal.after).substr(0, refusal.message.size()), refusal.message);
}

INSTANTIATE_TEST_SUITE_P(
    MissingFields, ParseManifestRefuses,
    testing::Values(
        Refusal{R"("version": 1,)", "", "manifest.version is missing."},
        Refusal{R"("stream": "tea-house",)", "", "manifest.stream is missing."},
        Refusal{R"("title": {"zh": "茶馆", "en": "Tea house"},)", "", "manifest.title is missing."},
        Refusal{R"({"zh": "茶馆", "en": "Tea house"})", "{}", "manifest.title is empty, expected zh, en or both."},
        Refusal{R"("products": [)", R"("goods": [)", "manifest.products is missing."},
        Refusal{R"("id": "p2",)", "", "manifest.products[1].id is missing."},
        Refusal{R"("title": {"zh": "茶壶", "en": "Teapot"},)", "", "manifest.products[1].title is missing."},
        Refusal{R"("price": {"amount": 5, "currency": "CNY"},)", "", "manifest.products[1].price is missing."},
        Refusal{R"("amount": 5, )", "", "manifest.products[1].price.amount is missing."},
        Refusal{R"("amount": 5, "currency": "CNY")", R"("amount": 5)",
                "manifest.products[1].price.currency is missing."},
        Refusal{R"("id": "e2",)", "", "manifest.events[1].id is missing."},
        Refusal{R"("type": "product", "product": "p2",)", R"("product": "p2",)", "manifest.events[1].type is missing."},
        Refusal{R"("product": "p2",)", "", "manifest.events[1].product is missing."},
        Refusal{R"("at": 20,)", "", "manifest.events[1].at is missing."},
        Refusal{R"("duration": 10,)", "", "manifest.events[1].duration is missing."},
        Refusal{R"("id": "comments", )", "", "manifest.models[0].id is missing."},
        Refusal{R"("version": "1.2", )", "", "manifest.models[0].version is missing."},
        Refusal{R"("url": "/v1/models/comments/1.2",)", "", "manifest.models[0].url is missing."},
        Refusal{R"("sha256")", R"("sha255")", "manifest.models[0].sha256 is missing."},
        Refusal{R"(, "size": 65536)", "", "manifest.models[0].size is missing."},
        Refusal{R"("id": "affinity-1", )", "", "manifest.tasks[0].id is missing."},
        Refusal{R"("kind": "affinity", )", "", "manifest.tasks[0].kind is missing."},
        Refusal{R"("trust": "local", )", "", "manifest.tasks[0].trust is missing."},
        Refusal{R"("url": "/v1/tasks/affinity-1/updates",)", "", "manifest.tasks[0].url is missing."},
        Refusal{R"("items": ["p1", "p2"], )", "", "manifest.tasks[0].items is missing."},
        Refusal{R"("maxItems": 2, )", "", "manifest.tasks[0].maxItems is missing."},
        Refusal{R"("sigmaSquaredNumerator": 9, )", "", "manifest.tasks[0].sigmaSquaredNumerator is missing."},
        Refusal{R"("sigmaSquaredDenominator": 2,)", "", "manifest.tasks[0].sigmaSquaredDenominator is missing."},
        Refusal{R"("rho": 0.75, )", "", "manifest.tasks[0].rho is missing."},
        Refusal{R"("epsilon": 6.5, )", "", "manifest.tasks[0].epsilon is missing."},
        Refusal{R"("delta": 0.00001, )", "", "manifest.tasks[0].delta is missing."},
        Refusal{R"("minimum": 400, )", "", "manifest.tasks[0].minimum is missing."},
        Refusal{R"(, "expires": "2026-02-01T00:00:00Z")", "", "manifest.tasks[0].expires is missing."}));

INSTANTIATE_TEST_SUITE_P(
    WrongTypes, ParseManifestRefuses,
    testing::Values(
        Refusal{R"("version": 1,)", R"("version": "1",)", "manifest.version is a string, expected an integer."},
        Refusal{R"("tea-house")", "null", "manifest.stream is null, expected a string."},
        Refusal{R"({"zh": "茶馆", "en": "Tea house"})", R"("茶馆")", "manifest.title is a string, expected an object."},
        Refusal{R"("zh": "茶馆")", R"("zh": 7)", "manifest.title.zh is an integer, expected a string."},
        Refusal{R"("en": "Tea house")", R"("en": [])", "manifest.title.en is an array, expected a string."},
        Refusal{R"("master.m3u8")", "true", "manifest.hls is a boolean, expected a string."},
        Refusal{R"("comments": "comments")", R"("comments": {})", "manifest.comments is an object, expected a string."},
        Refusal{R"("2026-01-31T12:00:00.000Z")", "1769860800", "manifest.epoch is an integer, expected a string."},
        Refusal{R"("refresh": 5)", R"("refresh": "5")", "manifest.refresh is a string, expected a number."},
        Refusal{R"("products": [)", R"("products": {}, "x": [)", "manifest.products is an object, expected an array."},
        Refusal{R"({"id": "p2", )", R"([], {"id": "p2", )", "manifest.products[1] is an array, expected an object."},
        Refusal{R"("id": "p2")", R"("id": 2)", "manifest.products[1].id is an integer, expected a string."},
        Refusal{R"("tea/green")", "[]", "manifest.products[0].category is an array, expected a string."},
        Refusal{R"({"amount": 5, "currency": "CNY"})", "5",
                "manifest.products[1].price is an integer, expected an object."},
        Refusal{"12900", R"("129.00")", "manifest.products[0].price.amount is a string, expected an integer."},
        Refusal{"12900", "129.5",
                "manifest.products[0].price.amount is a number with a fraction, expected an integer."},
        Refusal{R"("currency": "CNY")", R"("currency": 156)",
                "manifest.products[0].price.currency is an integer, expected a string."},
        Refusal{R"("products/p1.svg")", "1", "manifest.products[0].image is an integer, expected a string."},
        Refusal{R"({"zh": ["净含量 50 克"], "en": ["Net weight 50 g"]})", "[]",
                "manifest.products[0].facts is an array, expected an object."},
        Refusal{R"(["净含量 50 克"])", R"("净含量 50 克")",
                "manifest.products[0].facts.zh is a string, expected an array."},
        Refusal{R"(["Net weight 50 g"])", R"(["Net weight 50 g", 7])",
                "manifest.products[0].facts.en[1] is an integer, expected a string."},
        Refusal{R"("events": [)", R"("events": 1, "x": [)", "manifest.events is an integer, expected an array."},
        Refusal{R"({"id": "e2", )", R"(7, {"id": "e2", )", "manifest.events[1] is an integer, expected an object."},
        Refusal{R"("at": 4)", R"("at": "4")", "manifest.events[0].at is a string, expected a number."},
        Refusal{R"("duration": 11.5)", R"("duration": null)",
                "manifest.events[0].duration is null, expected a number."},
        Refusal{R"("every": 120)", R"("every": false)", "manifest.events[0].every is a boolean, expected a number."},
        Refusal{R"("models": [)", R"("models": "", "x": [)", "manifest.models is a string, expected an array."},
        Refusal{R"("size": 65536)", R"("size": 65536.0)",
                "manifest.models[0].size is a number with a fraction, expected an integer."},
        Refusal{R"("tasks": [)", R"("tasks": {}, "x": [)", "manifest.tasks is an object, expected an array."},
        Refusal{R"(["p1", "p2"])", R"("p1")", "manifest.tasks[0].items is a string, expected an array."},
        Refusal{R"(["p1", "p2"])", R"(["p1", 2])", "manifest.tasks[0].items[1] is an integer, expected a string."},
        Refusal{R"("maxItems": 2)", R"("maxItems": [2])",
                "manifest.tasks[0].maxItems is an array, expected an integer."},
        Refusal{R"("rho": 0.75)", R"("rho": "0.75")", "manifest.tasks[0].rho is a string, expected a number."},
        Refusal{R"("minimum": 400)", R"("minimum": 0.5)",
                "manifest.tasks[0].minimum is a number with a fraction, expected an integer."},
        Refusal{R"("2026-02-01T00:00:00Z")", "0", "manifest.tasks[0].expires is an integer, expected a string."}));

INSTANTIATE_TEST_SUITE_P(
    OutOfRange, ParseManifestRefuses,
    testing::Values(
        Refusal{R"("version": 1,)", R"("version": 0,)", "manifest.version is 0, expected 1 to 4294967295."},
        Refusal{R"("tea-house")", R"("tea house")", "manifest.stream is \"tea house\", expected 1 to 64 of"},
        Refusal{R"("tea-house")", R"("")", "manifest.stream is \"\", expected 1 to 64 of"},
        Refusal{R"("tea-house")", R"("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg")",
                "manifest.stream is \"aaaaaaaaaabbbbbbbbbb"},
        Refusal{R"("master.m3u8")", R"("a b")", "manifest.hls is no URL"},
        Refusal{R"("master.m3u8")", R"("a\nb")", "manifest.hls is no URL"},
        Refusal{R"("2026-01-31T12:00:00.000Z")", R"("yesterday")",
                "manifest.epoch is \"yesterday\", expected RFC 3339"},
        Refusal{R"("refresh": 5)", R"("refresh": 5, "catalogue": 7)",
                "manifest.catalogue is an integer, expected a string."},
        Refusal{R"("refresh": 5)", R"("refresh": -5)", "manifest.refresh is -5, expected 0 to 1e+09."},
        Refusal{R"("id": "p2")", R"("id": "p1")", "manifest.products[1].id is \"p1\" again, expected a unique id."},
        Refusal{"12900", "-1", "manifest.products[0].price.amount is -1, expected 0 to 1000000000000."},
        Refusal{"12900", "1000000000001", "manifest.products[0].price.amount is 1000000000001, expected 0 to"},
        Refusal{"12900", "18446744073709551615", "manifest.products[0].price.amount is too large, expected 0 to"},
        Refusal{R"("currency": "CNY")", R"("currency": "cny")", "manifest.products[0].price.currency is \"cny\""},
        Refusal{R"("currency": "CNY")", R"("currency": "CNYY")", "manifest.products[0].price.currency is \"CNYY\""},
        Refusal{R"("id": "e2")", R"("id": "e1")", "manifest.events[1].id is \"e1\" again"},
        Refusal{R"("product": "p2")", R"("product": "p3")",
                "manifest.events[1].product is \"p3\", expected the id of a product."},
        Refusal{R"("at": 4)", R"("at": -0.5)", "manifest.events[0].at is -0.5, expected 0 to 1e+09."},
        Refusal{R"("at": 4)", R"("at": 1e10)", "manifest.events[0].at is 1e+10"},
        Refusal{R"("duration": 11.5)", R"("duration": 0)",
                "manifest.events[0].duration is 0, expected 0.001 to 1e+09."},
        Refusal{R"("every": 120)", R"("every": 11)", "manifest.events[0].every is shorter than the event's duration"},
        Refusal{R"("version": "1.2")", R"("version": "../1")", "manifest.models[0].version is \"../1\""},
        Refusal{R"("version": "1.2")", R"("version": "..")", "manifest.models[0].version is \"..\""},
        Refusal{R"("url": "/v1/models/comments/1.2")", R"("url": "")", "manifest.models[0].url is empty"},
        Refusal{"0123456789abcdef0", "0123456789ABCDEF0", "manifest.models[0].sha256 is \"0123456789ABCDEF"},
        Refusal{"0123456789abcdef0", "0", "manifest.models[0].sha256 is \"0"},
        Refusal{R"("size": 65536)", R"("size": 0)", "manifest.models[0].size is 0, expected 1 to 67108864."},
        Refusal{R"("size": 65536)", R"("size": 67108865)", "manifest.models[0].size is 67108865"},
        Refusal{R"(["p1", "p2"])", R"(["p1"])", "manifest.tasks[0].items is 1 long, expected 2 to 256 items."},
        Refusal{R"(["p1", "p2"])", R"(["p1", "p1"])", "manifest.tasks[0].items[1] is \"p1\" again"},
        Refusal{R"(["p1", "p2"])", R"(["p1", "p 2"])", "manifest.tasks[0].items[1] is \"p 2\""},
        Refusal{R"("maxItems": 2)", R"("maxItems": 3)", "manifest.tasks[0].maxItems is 3, expected 1 to 2."},
        Refusal{R"("sigmaSquaredNumerator": 9)", R"("sigmaSquaredNumerator": 0)",
                "manifest.tasks[0].sigmaSquaredNumerator is 0"},
        Refusal{R"("sigmaSquaredDenominator": 2)", R"("sigmaSquaredDenominator": 4294967296)",
                "manifest.tasks[0].sigmaSquaredDenominator is 4294967296"},
        Refusal{R"("rho": 0.75)", R"("rho": 0)", "manifest.tasks[0].rho is 0"},
        Refusal{R"("epsilon": 6.5)", R"("epsilon": -1)", "manifest.tasks[0].epsilon is -1"},
        Refusal{R"("delta": 0.00001)", R"("delta": 1)", "manifest.tasks[0].delta is 1"},
        Refusal{R"("minimum": 400)", R"("minimum": 0)", "manifest.tasks[0].minimum is 0"},
        Refusal{R"("2026-02-01T00:00:00Z")", R"("2026-02-30T00:00:00Z")",
                "manifest.tasks[0].expires is \"2026-02-30T00:00:00Z\", expected RFC 3339"}));

INSTANTIATE_TEST_SUITE_P(
    Campaigns, ParseManifestRefuses,
    testing::Values(
        Refusal{R"("brand": "Pine")", R"("brand": 1)", "manifest.products[0].brand is an integer, expected a string."},
        Refusal{R"("stock": 120)", R"("stock": -2)", "manifest.products[0].stock is -2, expected -1 to 1000000000."},
        Refusal{R"("stock": 120)", R"("stock": 1.5)",
                "manifest.products[0].stock is a number with a fraction, expected an integer."},
        Refusal{R"("id": "welcome",)", "", "manifest.campaigns[0].id is missing."},
        Refusal{R"("id": "welcome",)", R"("id": "all",)", "manifest.campaigns[1].id is \"all\" again"},
        Refusal{R"("product": "p1",
     "coupon")",
                R"("product": "p3", "coupon")",
                "manifest.campaigns[0].product is \"p3\", expected the id of a product."},
        Refusal{R"(["newcomer"])", R"("newcomer")",
                "manifest.campaigns[0].segments.all is a string, expected an array."},
        Refusal{R"(["newcomer"])", R"([""])", "manifest.campaigns[0].segments.all[0] is \"\", expected a segment"},
        Refusal{R"(["newcomer"])", R"(["a\n"])", "manifest.campaigns[0].segments.all[0] is"},
        Refusal{R"("percent": 12.5)", R"("percent": 101)",
                "manifest.campaigns[0].coupon.percent is 101, expected 0 to 100."},
        Refusal{R"("percent": 12.5,)", "", "manifest.campaigns[0].coupon.percent is missing."},
        Refusal{R"("label": {"zh": "新客", "en": "New"})", R"("label": {})",
                "manifest.campaigns[0].coupon.label is empty, expected zh, en or both."},
        Refusal{R"("from": 60)", R"("from": -1)", "manifest.campaigns[0].from is -1, expected 0 to 1e+09."},
        Refusal{R"("until": 1800)", R"("until": 60)",
                "manifest.campaigns[0].until is no later than from, expected 0 or more than that."}));

TEST(ParseManifest, RefusesMoreThanSixteenSegmentsInAList) {
  std::string segments = R"("s")";
  for (int i = 0; i < 16; ++i) segments += R"(,"s")";
  EXPECT_EQ(MessageFor(R"(["newcomer"])", "[" + segments + "]"),
            "manifest.campaigns[0].segments.all is 17 long, expected at most 16 segments.");
}

TEST(ParseCampaigns, ChecksThemAgainstTheProducts) {
  const std::string_view json = R"([{"id": "c1", "product": "p1"}])";
  ManifestProduct product;
  product.id = "p1";
  const auto campaigns = ParseCampaigns(json, {product});
  ASSERT_TRUE(campaigns.ok()) << ToString(campaigns.error());
  EXPECT_EQ(campaigns.value()[0].product, "p1");
  EXPECT_EQ(ParseCampaigns(json, {}).error().message, "campaigns[0].product is \"p1\", expected the id of a product.");
}

TEST(RenderManifest, IsReadAgainAsTheSameManifest) {
  EXPECT_EQ(ParseManifest(RenderManifest(Sample())).value(), Sample());
}

INSTANTIATE_TEST_SUITE_P(
    NotJson, ParseManifestRefuses,
    testing::Values(Refusal{R"("refresh": 5)", R"("refresh": NaN)", "manifest is not JSON in UTF-8"},
                    Refusal{R"("refresh": 5)", R"("refresh": Infinity)", "manifest is not JSON in UTF-8"},
                    Refusal{R"("refresh": 5)", R"("refresh": 1e999)", "manifest is not JSON in UTF-8"},
                    Refusal{R"("refresh": 5)", R"("refresh": 05)", "manifest is not JSON in UTF-8"},
                    Refusal{R"("refresh": 5,)", R"("refresh": 5)", "manifest is not JSON in UTF-8"},
                    Refusal{"Tea house", "Tea \xff house", "manifest is not JSON in UTF-8"},
                    Refusal{"Tea house", "Tea \xed\xa0\x80 house", "manifest is not JSON in UTF-8"},
                    Refusal{"Tea house", R"(\ud800)", "manifest is not JSON in UTF-8"},
                    Refusal{R"("stream": "tea-house",)", R"("stream": "tea-house", "stream": "other",)",
                            "manifest.stream occurs twice."}));

TEST(ParseManifest, RefusesWhatIsNoObject) {
  for (const std::string_view json : {"", " ", "[]", "null", "1", "\"manifest\"", "{", "{}x"}) {
    const auto parsed = ParseManifest(json);
    ASSERT_FALSE(parsed.ok()) << json;
    EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed) << json;
  }
}

TEST(ParseManifest, RefusesEveryTruncation) {
  for (size_t size = 0; size < kSampleManifest.size(); ++size) {
    ASSERT_FALSE(ParseManifest(kSampleManifest.substr(0, size)).ok()) << size;
  }
}

TEST(ParseManifest, RefusesAnotherVersionAsUnsupported) {
  const auto parsed = ParseManifest(SampleWith(R"("version": 1,)", R"("version": 2,)"));
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(parsed.error().message, "manifest.version is 2, this build reads 1.");
}

TEST(ParseManifest, RefusesOneByteMoreThanFourMebibytes) {
  std::string json(kSampleManifest);
  json.resize(kMaxManifestBytes, ' ');
  EXPECT_TRUE(ParseManifest(json).ok());
  json.push_back(' ');
  EXPECT_EQ(ParseManifest(json).error().code, ErrorCode::kResourceExhausted);
}

TEST(ParseManifest, RefusesDeepNesting) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(MessageFor(R"("refresh": 5)", R"("unknown": )" + deep).substr(0, 29), "manifest is not JSON in UTF-8");
}

TEST(ParseManifest, IgnoresUnknownFields) {
  std::string json = SampleWith(R"("version": 1,)", R"("version": 1, "later": {"a": [1, null]},)");
  const std::string_view size = R"("size": 65536)";
  json.replace(json.find(size), size.size(), R"("size": 65536, "licence": "x")");
  const auto parsed = ParseManifest(json);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value(), Sample());
}

TEST(ParseManifest, PassesEventsOfOtherTypesThrough) {
  const auto parsed = ParseManifest(SampleWith(R"("type": "product", "product": "p2")", R"("type": "poll")"));
  ASSERT_TRUE(parsed.ok()) << ToString(parsed.error());
  EXPECT_EQ(parsed.value().events[1].type, "poll");
  EXPECT_EQ(parsed.value().events[1].product, "");
}

TEST(ParseManifest, LeavesOutTasksThatThisVersionCannotCarryOut) {
  EXPECT_TRUE(ParseManifest(SampleWith(R"("kind": "affinity")", R"("kind": "mood")")).value().tasks.empty());
  EXPECT_TRUE(ParseManifest(SampleWith(R"("trust": "local")", R"("trust": "later")")).value().tasks.empty());
}

TEST(RenderManifest, WritesTheFieldsInOrderWithEveryDefault) {
  Manifest manifest;
  manifest.stream = "s";
  manifest.title = {"茶 \"a\"\n\x01", "t\\"};
  EXPECT_EQ(
      RenderManifest(manifest),
      R"({"version":1,"stream":"s","title":{"zh":"茶 \"a\"\n\u0001","en":"t\\"},"hls":"","comments":"",)"
      R"("epoch":"","refresh":0,"catalogue":"","products":[],"events":[],"models":[],"tasks":[],"campaigns":[]})");
}

TEST(ParseProducts, ReadsTheArrayOnItsOwnAndNamesPathsInIt) {
  const auto products =
      ParseProducts(R"([{"id": "p1", "title": {"en": "Tea"}, "price": {"amount": 1, "currency": "EUR"}}])");
  ASSERT_TRUE(products.ok()) << ToString(products.error());
  EXPECT_EQ(products.value()[0].title.zh, "Tea");
  EXPECT_EQ(ParseProducts(R"([{"id": "p1"}])").error().message, "products[0].title is missing.");
  EXPECT_EQ(ParseProducts("{}").error().message, "products is an object, expected an array.");
}

TEST(ParseEvents, ChecksThemAgainstTheProducts) {
  const std::string_view json = R"([{"id": "e1", "type": "product", "product": "p1", "at": 0, "duration": 1}])";
  ManifestProduct product;
  product.id = "p1";
  EXPECT_TRUE(ParseEvents(json, {product}).ok());
  EXPECT_EQ(ParseEvents(json, {}).error().message, "events[0].product is \"p1\", expected the id of a product.");
}

TEST(ParseManifest, RefusesTextsAndListsThatARankerCouldNotTake) {
  const auto with = [](const std::string& title, const std::string& category) {
    return ParseProducts(R"([{"id":"p","title":{"en":")" + title + R"("},"category":")" + category +
                         R"(","price":{"amount":1,"currency":"CNY"}}])");
  };
  EXPECT_TRUE(with(std::string(1024, 't'), std::string(256, 'c')).ok());
  EXPECT_EQ(with(std::string(1025, 't'), "").error().message,
            "products[0].title.en is 1025 bytes long, expected at most 1,024.");
  EXPECT_EQ(with("t", std::string(257, 'c')).error().message,
            "products[0].category is 257 bytes long, expected at most 256.");

  const auto products = [](size_t count) {
    std::string json = "[";
    for (size_t i = 0; i < count; ++i) {
      json += (i == 0 ? "" : ",") + (R"({"id":"p)" + std::to_string(i)) +
              R"(","title":{"en":"t"},"price":{"amount":1,"currency":"CNY"}})";
    }
    return ParseProducts(json + "]");
  };
  EXPECT_TRUE(products(4096).ok());
  EXPECT_EQ(products(4097).error().message, "products is 4097 long, expected at most 4,096 items.");
}

}  // namespace
}  // namespace sotto::stream
