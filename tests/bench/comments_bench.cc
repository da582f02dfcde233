// What one comment costs natively. comments-wasm.mjs measures the same in WASM.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sotto/comments/heads.h"
#include "sotto/text/ngrams.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

// Twenty-four characters each, as live comments are.
const std::vector<std::string>& LiveComments() {
  static const std::vector<std::string> comments = {
      "主播这个茶真的好香呀，想问一下今天买有没有优惠呢", "上次买的那罐到现在都还没发货，客服也不回，太慢了",
      "１６０斤穿ＸＬ会不会紧呀？？？？求推荐尺码谢谢啦", "哈哈哈哈哈哈哈哈主播太可爱了❤️❤️👍👍关注了呀",
      "love this colour so much"};
  return comments;
}

SentimentModel ShippedModel() {
  std::ifstream file("models/sentiment.bin", std::ios::binary);
  return SentimentModel::Load(Bytes(std::istreambuf_iterator<char>(file), {})).value();
}

void Classify(benchmark::State& state) {
  const SentimentModel model = ShippedModel();
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(model.Classify(LiveComments()[next++ % LiveComments().size()]));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Classify)->Unit(benchmark::kMicrosecond);

void Explain(benchmark::State& state) {
  const SentimentModel model = ShippedModel();
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(model.Explain(LiveComments()[next++ % LiveComments().size()]));
  }
}
BENCHMARK(Explain)->Unit(benchmark::kMicrosecond);

void Normalise(benchmark::State& state) {
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text::Normalise(LiveComments()[next++ % LiveComments().size()]));
  }
}
BENCHMARK(Normalise)->Unit(benchmark::kMicrosecond);

void HashNgrams(benchmark::State& state) {
  const auto normalised = text::Normalise(LiveComments()[0]).value();
  std::vector<text::Ngram> ngrams;
  for (auto _ : state) {
    text::HashNgrams(normalised.symbols, 1, 3, ngrams);
    benchmark::DoNotOptimize(ngrams.data());
  }
}
BENCHMARK(HashNgrams)->Unit(benchmark::kMicrosecond);

void LoadModel(benchmark::State& state) {
  std::ifstream stream("models/sentiment.bin", std::ios::binary);
  const Bytes file(std::istreambuf_iterator<char>(stream), {});
  for (auto _ : state) benchmark::DoNotOptimize(SentimentModel::Load(file));
}
BENCHMARK(LoadModel)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sotto::comments
