// What ranking costs natively: p50 and p99 of Rank, and what comes before it. In microseconds; the quantiles are of the
// thread's own time, which other programs on the machine do not lengthen.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/ranking/ranker.h"

namespace sotto::recommend {
namespace {

constexpr size_t kColumns = 417;  // of content vectors by their default options

float Uniform(ChaCha20Source& random) {
  return static_cast<float>(random.Below(2001).value()) / 1000 - 1;
}

Matrix UnitRows(size_t rows, ChaCha20Source& random) {
  Matrix made(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(kColumns));
  for (Eigen::Index row = 0; row < made.rows(); ++row) {
    for (Eigen::Index column = 0; column < made.cols(); ++column) made(row, column) = Uniform(random);
    made.row(row).normalize();
  }
  return made;
}

std::vector<Product> Products(size_t count) {
  std::vector<Product> products(count);
  for (size_t i = 0; i < count; ++i) {
    products[i].id = "p" + std::to_string(i);
    products[i].category = "top" + std::to_string(i % 20) + "/leaf" + std::to_string(i % 200);
    products[i].price = static_cast<int64_t>(500 + i * 37 % 90'000);
    products[i].brand = "brand" + std::to_string(i % 300);
  }
  return products;
}

// One item to its ten neighbours: as much work as a sparse item-item model.
class Neighbours final : public Model {
 public:
  explicit Neighbours(uint32_t items) : items_(items) {}
  std::string_view kind() const override { return "item-knn"; }
  uint32_t items() const override { return items_; }
  void Write(ByteWriter&) const override {}

 protected:
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override {
    for (const Engagement& one : history) {
      for (uint32_t i = 1; i <= 10; ++i) scores[(one.item + i * 31) % items_] += one.weight / static_cast<float>(i);
    }
  }

 private:
  uint32_t items_;
};

double ThreadMicros() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

std::vector<Event> Events(size_t count, size_t products, ChaCha20Source& random) {
  std::vector<Event> events;
  for (size_t i = 0; i < count; ++i) {
    events.push_back({.product = static_cast<uint32_t>(random.Below(products).value()),
                      .kind = static_cast<EventKind>(random.Below(5).value()),
                      .at_ms = static_cast<int64_t>(1000 * i)});
  }
  return events;
}

Ranker Room(size_t count, size_t events) {
  ChaCha20Source random(1);
  std::vector<Product> products = Products(count);
  ModelInfo info{.version = "1", .catalogue = {}, .items = {}};
  for (const Product& product : products) info.items.push_back(product.id);
  Ranker ranker = Ranker::Create(std::move(products), UnitRows(count, random), "").value();
  if (!ranker.UseModel(info, std::make_shared<Neighbours>(static_cast<uint32_t>(count))).ok()) std::abort();
  if (!ranker.Replay(Events(events, count, random)).ok()) std::abort();
  return ranker;
}

RankRequest Request() {
  RankRequest request;
  request.context = {.on_stage = 7, .mood = 0.5F, .now_ms = 1'000'000};
  request.rules.boosts.push_back({.target = {.product = std::nullopt, .category = "top3"}, .factor = 1.5F});
  request.rules.caps.push_back({.category = "top5", .brand = {}, .most = 2});
  request.rules.pins.push_back({.product = 42, .place = 1});
  return request;
}

void Rank(benchmark::State& state) {
  const Ranker ranker = Room(static_cast<size_t>(state.range(0)), 200);
  RankRequest request = Request();
  std::vector<double> micros;
  uint64_t seed = 0;
  for (auto _ : state) {
    request.exploration_seed = state.range(1) == 1 ? std::optional(seed++) : std::nullopt;
    const double start = ThreadMicros();
    auto ranked = ranker.Rank(request);
    micros.push_back(ThreadMicros() - start);
    benchmark::DoNotOptimize(ranked);
  }
  std::ranges::sort(micros);
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}
BENCHMARK(Rank)
    ->ArgNames({"products", "explore"})
    ->ArgsProduct({{1'000, 10'000, 100'000}, {0, 1}})
    ->Unit(benchmark::kMicrosecond);

void Observe(benchmark::State& state) {
  Ranker ranker = Room(static_cast<size_t>(state.range(0)), 200);
  uint32_t product = 0;
  int64_t at_ms = 1'000'000;
  for (auto _ : state) {
    product = (product + 7919) % static_cast<uint32_t>(state.range(0));
    benchmark::DoNotOptimize(ranker.Observe({.product = product, .kind = EventKind::kClick, .at_ms = ++at_ms}));
  }
}
BENCHMARK(Observe)->ArgName("products")->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

// A page that opens: the catalogue with vectors that are there, and what the viewer did before.
void Start(benchmark::State& state) {
  ChaCha20Source random(1);
  const auto count = static_cast<size_t>(state.range(0));
  const Matrix content = UnitRows(count, random);
  const std::vector<Event> events = Events(static_cast<size_t>(state.range(1)), count, random);
  for (auto _ : state) {
    Ranker ranker = Ranker::Create(Products(count), content, "").value();
    benchmark::DoNotOptimize(ranker.Replay(events));
  }
}
BENCHMARK(Start)
    ->ArgNames({"products", "events"})
    ->Args({10'000, 1'000})
    ->Args({100'000, 1'000'000})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sotto::recommend
