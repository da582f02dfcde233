// Tasks under split trust.
#include <gtest/gtest.h>

#include <string>

#include "sotto/stream/manifest.h"

namespace sotto::stream {
namespace {

// What all have, and what two aggregators that differ have.
constexpr std::string_view kTerms = R"("sigmaSquaredNumerator": 9, "sigmaSquaredDenominator": 2, "rho": 0.75,
   "epsilon": 6.5, "delta": 0.00001, "minimum": 400, "expires": "2026-02-01T00:00:00Z")";
constexpr std::string_view kAggregators = R"("aggregators": {
     "leader": {"operator": "A", "url": "https://a.example",
       "hpke": {"id": 1, "kem": 32, "kdf": 1, "aead": 1, "publicKey": "N_2-e9vW6OZoiOPDyNfpfR0SU7bU6m3EUPdBsb9EMf0"}},
     "helper": {"operator": "B", "url": "https://b.example",
       "hpke": {"id": 1, "kem": 32, "kdf": 1, "aead": 1, "publicKey": "N_2-e9vW6OZoiOPDyNfpfR0SU7bU6m3EUPdBsb9EMf0"}}})";

std::string Task(std::string_view own, std::string_view aggregators = kAggregators) {
  return "{" + std::string(own) + ", " + std::string(kTerms) + ", " + std::string(aggregators) + "}";
}

std::string Tasks() {
  return "[" +
         Task(R"("id": "popular-1", "kind": "popularity", "trust": "split", "epoch": 20488, "items": ["p1"],
   "maxItems": 1, "timePrecision": 3600, "duration": 24, "batchMode": "leader-selected")",
              R"("aggregators": {
     "leader": {"operator": "Pine & Kettle", "url": "https://leader.example/v1/",
       "hpke": {"id": 7, "kem": 32, "kdf": 1, "aead": 1, "publicKey": "N_2-e9vW6OZoiOPDyNfpfR0SU7bU6m3EUPdBsb9EMf0"}},
     "helper": {"operator": "Privacy Team", "url": "https://helper.example",
       "hpke": {"id": 0, "kem": 16, "kdf": 1, "aead": 3, "publicKey": "AA"}}})") +
         ",\n" + Task(R"("id": "affinity-2", "kind": "affinity", "trust": "split", "epoch": 0, "items": ["p1", "p2"],
   "maxItems": 2)") +
         ",\n" + Task(R"("id": "mood-1", "kind": "mood", "trust": "split", "epoch": 1, "minute": 12)") + ",\n" +
         Task(R"("id": "head-1", "kind": "delta", "trust": "split", "epoch": 1, "model": "3", "dimension": 4160,
   "clip": 0.5, "entryBits": 6, "step": 0.01, "rotationSeed": 99)") +
         "]";
}

std::vector<TaskReference> Sample() {
  auto tasks = ParseTasks(Tasks());
  EXPECT_TRUE(tasks.ok()) << ToString(tasks.error());
  return tasks.ok() ? std::move(tasks).value() : std::vector<TaskReference>(4);
}

// The sample with its first occurrence of `before`, from `from` on, replaced.
std::string With(std::string_view before, std::string_view after, std::string_view from = "[") {
  std::string json = Tasks();
  const size_t place = json.find(before, json.find(from));
  return place == std::string::npos ? "the sample has no " + std::string(before)
                                    : json.replace(place, before.size(), after);
}

TEST(ParseTasks, ReadsWhatEachKindOfSplitTaskHas) {
  const auto tasks = Sample();
  ASSERT_EQ(tasks.size(), 4u);
  const TaskReference& popularity = tasks[0];
  EXPECT_EQ(popularity.kind, "popularity");
  EXPECT_EQ(popularity.trust, "split");
  EXPECT_EQ(popularity.url, "");
  EXPECT_EQ(popularity.items, std::vector<std::string>{"p1"});
  EXPECT_EQ(popularity.max_items, 1u);
  EXPECT_EQ(popularity.minimum, 400u);
  ASSERT_TRUE(popularity.split);
  EXPECT_EQ(popularity.split->epoch, 20488u);
  EXPECT_EQ(popularity.split->time_precision, 3600u);
  EXPECT_EQ(popularity.split->duration, 24u);
  EXPECT_EQ(popularity.split->batch_mode, "leader-selected");
  EXPECT_EQ(popularity.split->leader,
            (AggregatorReference{"Pine & Kettle",
                                 "https://leader.example/v1/",
                                 {7, 32, 1, 1, "N_2-e9vW6OZoiOPDyNfpfR0SU7bU6m3EUPdBsb9EMf0"}}));
  EXPECT_EQ(popularity.split->helper,
            (AggregatorReference{"Privacy Team", "https://helper.example", {0, 16, 1, 3, "AA"}}));
  EXPECT_EQ(tasks[2].split->minute, 12u);
  EXPECT_TRUE(tasks[2].items.empty());
  const SplitReference& delta = *tasks[3].split;
  EXPECT_EQ(delta.model, "3");
  EXPECT_EQ(delta.dimension, 4160u);
  EXPECT_EQ(delta.clip, 0.5);
  EXPECT_EQ(delta.entry_bits, 6u);
  EXPECT_EQ(delta.step, 0.01);
  EXPECT_EQ(delta.rotation_seed, 99u);
}

TEST(ParseTasks, TakesADayForAnEpochAndOneEpochForATaskThatSaysNothingElse) {
  const SplitReference affinity = Sample()[1].split.value();  // throws, and fails, without one
  EXPECT_EQ(affinity.time_precision, 86'400u);
  EXPECT_EQ(affinity.duration, 1u);
  EXPECT_EQ(affinity.batch_mode, "time-interval");
}

TEST(ParseTasks, LeavesOutKindsAndBatchModesThatALaterVersionBrings) {
  for (const auto& [before, after] :
       {std::pair(R"("kind": "popularity")", R"("kind": "later")"), std::pair(R"("leader-selected")", R"("later")")}) {
    const auto tasks = ParseTasks(With(before, after));
    ASSERT_TRUE(tasks.ok()) << after;
    EXPECT_EQ(tasks.value().size(), 3u) << after;
    EXPECT_EQ(tasks.value()[0].id, "affinity-2");
  }
}

TEST(ParseTasks, AreRenderedSoThatTheyAreReadAgainAsTheSame) {
  Manifest manifest;
  manifest.stream = "s";
  manifest.title = {"t", "t"};
  manifest.tasks = Sample();
  const std::string json = RenderManifest(manifest);
  const auto again = ParseManifest(json);
  ASSERT_TRUE(again.ok()) << ToString(again.error());
  EXPECT_EQ(again.value(), manifest);
  EXPECT_EQ(RenderManifest(again.value()), json);
}

TEST(ParseTasks, SayThatOneOperatorIsOneWhateverTheManifestClaims) {
  std::string json = With("\"B\"", "\"A\"", "mood-1");
  const std::string_view helper = R"("publicKey": "AA"}}})";
  json.replace(json.find(helper), helper.size(), R"("publicKey": "AA"}}, "oneOperator": true})");
  const auto tasks = ParseTasks(json);
  ASSERT_TRUE(tasks.ok()) << ToString(tasks.error());
  EXPECT_FALSE(OneOperator(*tasks.value()[0].split));
  EXPECT_TRUE(OneOperator(*tasks.value()[2].split));
  Manifest manifest;
  manifest.tasks = {tasks.value()[2]};
  EXPECT_NE(RenderManifest(manifest).find(R"("oneOperator":true)"), std::string::npos);
}

TEST(OneOperator, IsToldByTheOriginToo) {
  SplitReference split;
  split.leader = {"A", "https://one.example/leader", {}};
  for (const std::string_view url :
       {"https://one.example/helper", "HTTPS://One.Example", "https://one.example:443/x"}) {
    split.helper = {"B", std::string(url), {}};
    EXPECT_TRUE(OneOperator(split)) << url;
  }
  for (const std::string_view url : {"https://two.example/leader", "http://one.example/", "https://one.example:8443"}) {
    split.helper = {"B", std::string(url), {}};
    EXPECT_FALSE(OneOperator(split)) << url;
  }
}

struct Refusal {
  std::string from;  // where in the sample
  std::string before;
  std::string after;
  std::string message;  // the beginning of it
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.after << " for " << refusal.before << " of " << refusal.from;
}

class ParseTasksRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParseTasksRefuses, NamingThePath) {
  const Refusal& refusal = GetParam();
  const auto tasks = ParseTasks(With(refusal.before, refusal.after, refusal.from));
  ASSERT_FALSE(tasks.ok());
  EXPECT_EQ(tasks.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(tasks.error().message.substr(0, refusal.message.size()), refusal.message);
}

INSTANTIATE_TEST_SUITE_P(
    Split, ParseTasksRefuses,
    testing::Values(
        Refusal{"popular-1", R"("epoch": 20488,)", "", "tasks[0].epoch is missing."},
        Refusal{"popular-1", "20488", "-1", "tasks[0].epoch is -1, expected 0 to 9007199254740991."},
        Refusal{"popular-1", "3600", "0", "tasks[0].timePrecision is 0, expected 1 to 4294967296."},
        Refusal{"popular-1", "3600", "4294967297", "tasks[0].timePrecision is 4294967297"},
        Refusal{"popular-1", R"("duration": 24)", R"("duration": 0)",
                "tasks[0].duration is 0, expected 1 to 4294967296."},
        Refusal{"popular-1", R"("duration": 24)", R"("duration": "24")", "tasks[0].duration is a string"},
        Refusal{"popular-1", R"("leader-selected")", "2", "tasks[0].batchMode is an integer, expected a string"},
        Refusal{"popular-1", R"(["p1"])", "[]", "tasks[0].items is 0 long, expected 1 to 16384 items."},
        Refusal{"popular-1", R"("maxItems": 1)", R"("maxItems": 2)", "tasks[0].maxItems is 2, expected 1 to 1."},
        Refusal{"popular-1", R"("aggregators": {)", R"("others": {)", "tasks[0].aggregators is missing."},
        Refusal{"popular-1", R"("helper": {)", R"("third": {)", "tasks[0].aggregators.helper is missing."},
        Refusal{"popular-1", R"("operator": "Privacy Team", )", "", "tasks[0].aggregators.helper.operator is missing."},
        Refusal{"popular-1", "\"Privacy Team\"", "\"\"",
                "tasks[0].aggregators.helper.operator is 0 bytes long, expected 1 to 256."},
        Refusal{"popular-1", "https://helper.example", "helper",
                "tasks[0].aggregators.helper.url is \"helper\", expected a URL that begins with"},
        Refusal{"popular-1", R"("hpke": {)", R"("key": {)", "tasks[0].aggregators.leader.hpke is missing."},
        Refusal{"popular-1", R"("id": 7)", R"("id": 256)",
                "tasks[0].aggregators.leader.hpke.id is 256, expected 0 to 255."},
        Refusal{"popular-1", R"("kem": 32)", R"("kem": 0)",
                "tasks[0].aggregators.leader.hpke.kem is 0, expected 1 to 65535."},
        Refusal{"popular-1", R"("kdf": 1)", R"("kdf": 65536)", "tasks[0].aggregators.leader.hpke.kdf is 65536"},
        Refusal{"popular-1", R"("aead": 1)", R"("aead": "1")", "tasks[0].aggregators.leader.hpke.aead is a string"},
        Refusal{"popular-1", "\"AA\"", "\"A\"",
                "tasks[0].aggregators.helper.hpke.publicKey is \"A\", expected base64url"},
        Refusal{"popular-1", "\"AA\"", "\"AB\"", "tasks[0].aggregators.helper.hpke.publicKey is \"AB\""},
        Refusal{"popular-1", "\"AA\"", "\"AA==\"", "tasks[0].aggregators.helper.hpke.publicKey is \"AA==\""},
        Refusal{"popular-1", "\"AA\"", "\"A+\"", "tasks[0].aggregators.helper.hpke.publicKey is \"A+\""},
        Refusal{"popular-1", "\"AA\"", "\"\"", "tasks[0].aggregators.helper.hpke.publicKey is \"\""},
        Refusal{"popular-1", "N_2-e9vW6OZoiOPDyNfpfR0SU7bU6m3EUPdBsb9EMf0", "AAAA",
                "tasks[0].aggregators.leader.hpke.publicKey is a key of 3 bytes, expected 32 bytes for X25519."},
        Refusal{"affinity-2", R"(["p1", "p2"])", R"(["p1"])", "tasks[1].items is 1 long, expected 2 to 512 items."},
        Refusal{"mood-1", R"("minute": 12,)", "", "tasks[2].minute is missing."},
        Refusal{"mood-1", R"("minute": 12,)", R"("minute": 16666667,)", "tasks[2].minute is 16666667, expected 0 to"},
        Refusal{"head-1", R"("model": "3",)", "", "tasks[3].model is missing."},
        Refusal{"head-1", R"("model": "3",)", R"("model": "../3",)", "tasks[3].model is \"../3\""},
        Refusal{"head-1", "4160", "16385", "tasks[3].dimension is 16385, expected 1 to 16384."},
        Refusal{"head-1", R"("clip": 0.5)", R"("clip": 0)", "tasks[3].clip is 0"},
        Refusal{"head-1", R"("entryBits": 6)", R"("entryBits": 17)", "tasks[3].entryBits is 17, expected 2 to 16."},
        Refusal{"head-1", R"("step": 0.01)", R"("step": -1)", "tasks[3].step is -1"},
        Refusal{"head-1", R"("rotationSeed": 99)", R"("rotationSeed": 9007199254740992)",
                "tasks[3].rotationSeed is 9007199254740992"},
        Refusal{"mood-1", R"("id": "head-1")", R"("id": "mood-1")", "tasks[3].id is \"mood-1\" again"}));

}  // namespace
}  // namespace sotto::stream
