// Whatever manifest can be read, its canonical JSON reads back as the same.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "sotto/stream/clock.h"
#include "sotto/stream/manifest.h"

namespace sotto::stream {
namespace {

rc::Gen<std::string> IdGen() {
  static const std::string kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return rc::gen::mapcat(rc::gen::inRange<size_t>(1, 65), [](size_t size) {
    return rc::gen::container<std::string>(size, rc::gen::elementOf(kCharacters));
  });
}

// Text with everything that JSON escapes and UTF-8 of one to four bytes; never empty.
rc::Gen<std::string> TextGen() {
  static const std::vector<std::string> kPieces = {"a",  " ",    "\"",   "\\", "/",  "\n", "\r", "\t",
                                                   "\b", "\x1f", "\x7f", "é",  "茶", "𠮷", "🍵", "\u2028"};
  return rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces))),
                      [](const std::vector<std::string>& pieces) {
                        std::string text;
                        for (const std::string& piece : pieces) text += piece;
                        return text;
                      });
}

rc::Gen<double> BetweenGen(double min, double max) {
  return rc::gen::map(rc::gen::inRange<int64_t>(0, (int64_t{1} << 53) + 1), [=](int64_t step) {
    return min + (max - min) * (static_cast<double>(step) / 9007199254740992.0);
  });
}

LocalText Text() {
  return {*TextGen(), *TextGen()};
}

std::vector<std::string> UniqueIds(size_t min, size_t max) {
  const auto size = *rc::gen::inRange<size_t>(min, max + 1);
  return *rc::gen::unique<std::vector<std::string>>(size, IdGen());
}

ManifestProduct Product(const std::string& id) {
  ManifestProduct product;
  product.id = id;
  product.title = Text();
  product.category = *TextGen();
  product.price_amount = *rc::gen::inRange<int64_t>(0, 1'000'000'000'001);
  product.currency = *rc::gen::element<std::string>("CNY", "EUR", "JPY");
  product.image = *rc::gen::element<std::string>("", "a.svg", "https://example.com/%20?x=\"1\"");
  product.facts_zh = *rc::gen::container<std::vector<std::string>>(TextGen());
  product.facts_en = *rc::gen::container<std::vector<std::string>>(TextGen());
  return product;
}

TimedEvent Event(const std::string& id, const std::vector<std::string>& products) {
  TimedEvent event;
  event.id = id;
  const bool is_product = !products.empty() && *rc::gen::arbitrary<bool>();
  event.type = is_product ? "product" : "poll";
  if (is_product) event.product = *rc::gen::elementOf(products);
  event.at = *BetweenGen(0, kMaxSeconds);
  event.duration = *BetweenGen(kMinDuration, 1'000);
  event.every = *rc::gen::arbitrary<bool>() ? *BetweenGen(event.duration, kMaxSeconds) : 0;
  return event;
}

ModelReference Model(const std::string& id) {
  ModelReference model;
  model.id = id;
  model.version = *rc::gen::element<std::string>("1", "2026.01", "a-b_c");
  model.url = "/v1/models/" + id;
  model.sha256 = *rc::gen::container<std::string>(64, rc::gen::elementOf(std::string("0123456789abcdef")));
  model.size = *rc::gen::inRange<uint64_t>(1, 64 * 1024 * 1024 + 1);
  return model;
}

TaskReference Task(const std::string& id) {
  TaskReference task;
  task.id = id;
  task.kind = "affinity";
  task.trust = "local";
  task.url = "/v1/tasks/" + id + "/updates";
  task.items = UniqueIds(2, 8);
  task.max_items = *rc::gen::inRange<uint32_t>(1, static_cast<uint32_t>(task.items.size()) + 1);
  task.sigma_squared_numerator = *rc::gen::inRange<uint64_t>(1, uint64_t{1} << 32);
  task.sigma_squared_denominator = *rc::gen::inRange<uint64_t>(1, uint64_t{1} << 32);
  task.rho = *BetweenGen(1e-300, 10);
  task.epsilon = *BetweenGen(1e-300, 100);
  task.delta = *BetweenGen(1e-12, 0.5);
  task.minimum = *rc::gen::inRange<uint64_t>(1, uint64_t{1} << 53);
  task.expires = FormatRfc3339(*rc::gen::inRange<int64_t>(0, 4'000'000'000'000));
  return task;
}

AggregatorReference Aggregator(const std::string& name) {
  const bool x25519 = *rc::gen::arbitrary<bool>();
  return {name,
          "https://" + name + ".example/",
          {.id = *rc::gen::arbitrary<uint8_t>(),
           .kem_id = static_cast<uint16_t>(x25519 ? 0x20 : 0x10),
           .kdf_id = *rc::gen::inRange<uint16_t>(1, 0xffff),
           .aead_id = *rc::gen::inRange<uint16_t>(1, 0xffff),
           .public_key = x25519 ? std::string(42, 'x') + "A" : std::string("_-AA")}};
}

TaskReference SplitTask(const std::string& id) {
  TaskReference task = Task(id);
  task.trust = "split";
  task.url = "";
  task.kind = *rc::gen::element<std::string>("popularity", "affinity", "mood", "delta");
  SplitReference& split = task.split.emplace();
  split.epoch = *rc::gen::inRange<uint64_t>(0, uint64_t{1} << 53);
  split.time_precision = *rc::gen::inRange<uint64_t>(1, (uint64_t{1} << 32) + 1);
  split.duration = *rc::gen::inRange<uint64_t>(1, (uint64_t{1} << 32) + 1);
  split.batch_mode = *rc::gen::element<std::string>("time-interval", "leader-selected");
  split.leader = Aggregator("leader");
  split.helper = Aggregator(*rc::gen::element<std::string>("leader", "helper"));
  if (task.kind == "mood" || task.kind == "delta") {
    task.items.clear();
    task.max_items = 0;
  }
  if (task.kind == "mood") split.minute = *rc::gen::inRange<uint32_t>(0, 1'000'000);
  if (task.kind == "delta") {
    split.model = *rc::gen::element<std::string>("1", "2026.1");
    split.dimension = *rc::gen::inRange<uint32_t>(1, 16'385);
    split.clip = *BetweenGen(1e-300, 1e6);
    split.entry_bits = *rc::gen::inRange<uint32_t>(2, 17);
    split.step = *BetweenGen(1e-300, 1e6);
    split.rotation_seed = *rc::gen::inRange<uint64_t>(0, uint64_t{1} << 53);
  }
  return task;
}

RC_GTEST_PROP(RenderManifest, IsReadBackAsTheSameManifest, ()) {
  Manifest manifest;
  manifest.stream = *IdGen();
  manifest.title = Text();
  manifest.hls = *rc::gen::element<std::string>("", "master.m3u8");
  manifest.comments = *rc::gen::element<std::string>("", "wss://example.com/comments");
  manifest.epoch = *rc::gen::element<std::string>("", "2026-01-31T12:00:00.123Z", "2026-01-31T20:00:00+08:00");
  manifest.refresh = *BetweenGen(0, kMaxSeconds);
  manifest.catalogue = *rc::gen::element<std::string>("", "spring 2026", std::string(64, 'x'));
  const std::vector<std::string> products = UniqueIds(0, 4);
  for (const std::string& id : products) manifest.products.push_back(Product(id));
  for (const std::string& id : UniqueIds(0, 4)) manifest.events.push_back(Event(id, products));
  for (const std::string& id : UniqueIds(0, 3)) manifest.models.push_back(Model(id));
  for (const std::string& id : UniqueIds(0, 3)) {
    manifest.tasks.push_back(*rc::gen::arbitrary<bool>() ? Task(id) : SplitTask(id));
  }

  const std::string json = RenderManifest(manifest);
  const auto parsed = ParseManifest(json);
  RC_ASSERT(parsed.ok());
  RC_ASSERT(parsed.value() == manifest);
  RC_ASSERT(RenderManifest(parsed.value()) == json);
}

}  // namespace
}  // namespace sotto::stream
