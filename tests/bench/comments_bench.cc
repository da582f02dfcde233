// What one comment costs natively. comments-wasm.mjs measures the same in WASM.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sotto/comments/analysis/live_analysis.h"
#include "sotto/comments/comment_model.h"
#include "sotto/comments/features.h"
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

Bytes ModelFile() {
  std::ifstream file("models/comments.bin", std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

CommentModel ShippedModel() {
  return CommentModel::Load(ModelFile()).value();
}

std::vector<text::NormalisedText> Normalised(const text::Lexicon& lexicon) {
  std::vector<text::NormalisedText> normalised;
  for (const std::string& comment : LiveComments()) normalised.push_back(text::Normalise(comment, lexicon).value());
  return normalised;
}

// All heads, from the text to the verdict.
void Classify(benchmark::State& state) {
  CommentModel model = ShippedModel();
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(model.Classify(LiveComments()[next++ % LiveComments().size()]));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Classify)->Unit(benchmark::kMicrosecond);

// Its parts: normalising, finding features, and everything after normalising.
void Normalise(benchmark::State& state) {
  const CommentModel model = ShippedModel();
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text::Normalise(LiveComments()[next++ % LiveComments().size()], model.lexicon()));
  }
}
BENCHMARK(Normalise)->Unit(benchmark::kMicrosecond);

void ReadFeatures(benchmark::State& state) {
  const CommentModel model = ShippedModel();
  const std::vector<text::NormalisedText> comments = Normalised(model.lexicon());
  FeatureReader reader;
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(reader.Distinct(comments[next++ % comments.size()], model.lexicon()).data());
  }
}
BENCHMARK(ReadFeatures)->Unit(benchmark::kMicrosecond);

void ClassifyNormalised(benchmark::State& state) {
  CommentModel model = ShippedModel();
  const std::vector<text::NormalisedText> comments = Normalised(model.lexicon());
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(model.ClassifyNormalised(comments[next++ % comments.size()]));
  }
}
BENCHMARK(ClassifyNormalised)->Unit(benchmark::kMicrosecond);

void Explain(benchmark::State& state) {
  CommentModel model = ShippedModel();
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(model.Explain(LiveComments()[next++ % LiveComments().size()], Head::kSentiment, 2));
  }
}
BENCHMARK(Explain)->Unit(benchmark::kMicrosecond);

// From the text to the verdict and into the analysis of the stream, at a thousand comments a second.
void ClassifyAndObserve(benchmark::State& state) {
  CommentModel model = ShippedModel();
  analysis::LiveAnalysis stream = analysis::LiveAnalysis::Create({}).value();
  size_t next = 0;
  for (auto _ : state) {
    const std::string& comment = LiveComments()[next % LiveComments().size()];
    const text::NormalisedText normalised = text::Normalise(comment, model.lexicon()).value();
    const Verdict verdict = model.ClassifyNormalised(normalised);
    stream.Observe({.time_s = static_cast<double>(next) / 1'000,
                    .text = comment,
                    .symbols = normalised.symbols,
                    .label = verdict.sentiment(),
                    .score = verdict.score,
                    .intent = verdict.of(Head::kIntent).label,
                    .viewer = next % 500 + 1});
    ++next;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ClassifyAndObserve)->Unit(benchmark::kMicrosecond);

void LoadModel(benchmark::State& state) {
  const Bytes file = ModelFile();
  for (auto _ : state) benchmark::DoNotOptimize(CommentModel::Load(file));
}
BENCHMARK(LoadModel)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sotto::comments
