// Top-k search of items x 32: the scans and the graph, with the share of the ten best that each finds.
#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "sotto/recommend/search/hnsw.h"
#include "sotto/recommend/search/scan.h"

namespace {

using namespace sotto::recommend;

constexpr size_t kDimensions = 32;
constexpr size_t kQueries = 200;
constexpr size_t kBest = 10;

// Around 256 centres, as catalogues have them, with lengths that differ, as factors' do.
std::vector<float> Vectors(size_t count, uint32_t seed) {
  std::mt19937 centre_bits(1);
  std::normal_distribution<float> normal;
  std::vector<float> centres(256 * kDimensions);
  for (float& number : centres) number = normal(centre_bits);
  std::mt19937 bits(seed);
  std::vector<float> vectors;
  vectors.reserve(count * kDimensions);
  for (size_t i = 0; i < count; ++i) {
    const size_t centre = bits() % 256;
    const float length = 0.2F * std::exp(0.3F * normal(bits));
    for (size_t j = 0; j < kDimensions; ++j) {
      vectors.push_back(length * (centres[centre * kDimensions + j] + 0.7F * normal(bits)));
    }
  }
  return vectors;
}

std::span<const float> Query(size_t number) {
  static const std::vector<float> queries = Vectors(kQueries, 3);
  return std::span(queries).subspan(number % kQueries * kDimensions, kDimensions);
}

const std::vector<std::vector<Hit>>& Truth(const std::vector<float>& vectors) {
  static std::map<size_t, std::vector<std::vector<Hit>>> known;
  auto& truth = known[vectors.size()];
  if (!truth.empty()) return truth;
  ScanIndex scan = ScanIndex::Create(vectors, kDimensions, ScanNumbers::kFloat).value();
  for (size_t i = 0; i < kQueries; ++i) {
    std::vector<Hit> best(kBest);
    (void)scan.Search(Query(i), {}, best).ok();
    truth.push_back(std::move(best));
  }
  return truth;
}

double Recall(Index& index, const std::vector<std::vector<Hit>>& truth) {
  size_t found = 0;
  std::vector<Hit> best(kBest);
  for (size_t i = 0; i < kQueries; ++i) {
    const size_t count = index.Search(Query(i), {}, best).value();
    for (const Hit& right : truth[i]) {
      for (size_t j = 0; j < count; ++j) found += best[j].item == right.item ? 1 : 0;
    }
  }
  return static_cast<double>(found) / (kQueries * kBest);
}

void Measure(Index& index, const std::vector<float>& vectors, benchmark::State& state) {
  state.counters["recall"] = Recall(index, Truth(vectors));
  std::vector<Hit> best(kBest);
  size_t query = 0;
  for (auto _ : state) benchmark::DoNotOptimize(index.Search(Query(query++), {}, best).ok());
}

void ScanFloats(benchmark::State& state) {
  const auto vectors = Vectors(static_cast<size_t>(state.range(0)), 2);
  ScanIndex index = ScanIndex::Create(vectors, kDimensions, ScanNumbers::kFloat).value();
  Measure(index, vectors, state);
}
BENCHMARK(ScanFloats)->Arg(10'000)->Arg(100'000)->Arg(300'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void ScanBytes(benchmark::State& state) {
  const auto vectors = Vectors(static_cast<size_t>(state.range(0)), 2);
  ScanIndex index = ScanIndex::Create(vectors, kDimensions, ScanNumbers::kInt8).value();
  Measure(index, vectors, state);
}
BENCHMARK(ScanBytes)->Arg(10'000)->Arg(100'000)->Arg(300'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

// A graph is built once for its size, and loaded for each search effort. 300,000 and 1,000,000 items take minutes to
// link: add them here to measure them.
void Graph(benchmark::State& state) {
  static std::map<int64_t, sotto::Bytes> graphs;
  const auto vectors = Vectors(static_cast<size_t>(state.range(0)), 2);
  auto& graph = graphs[state.range(0)];
  if (graph.empty()) graph = HnswIndex::Build(vectors, kDimensions).value().Serialise();
  const HnswOptions options{.search_effort = static_cast<uint32_t>(state.range(1))};
  HnswIndex index = HnswIndex::Load(vectors, kDimensions, graph, options).value();
  Measure(index, vectors, state);
}
BENCHMARK(Graph)->ArgsProduct({{10'000, 100'000}, {32, 64, 128, 256}})->Unit(benchmark::kMillisecond);

void BuildGraph(benchmark::State& state) {
  const auto vectors = Vectors(static_cast<size_t>(state.range(0)), 2);
  for (auto _ : state) benchmark::DoNotOptimize(HnswIndex::Build(vectors, kDimensions).ok());
}
BENCHMARK(BuildGraph)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
