// What the analysis of a stream costs a comment, and a summary. Options and comments as in a live room.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/comments/analysis/live_analysis.h"
#include "sotto/text/normalise.h"

namespace sotto::comments::analysis {
namespace {

struct Prepared {
  std::string text;
  std::vector<char32_t> symbols;
  bool question;
};

// 20,000 comments of some 24 characters: parts of sentences put together at random, so that many strings are frequent
// and many are not; a fifth are questions.
std::vector<Prepared> LiveComments() {
  const std::vector<std::string> parts = {"主播这个茶真的好香呀", "想问一下今天有没有优惠", "上次买的那罐还没发货",
                                          "客服也不回太慢了",     "一百六十斤穿什么码合适", "会不会紧呀求推荐尺码",
                                          "主播太可爱了关注了呀", "面霜适合敏感肌吗姐姐",   "love this colour so much",
                                          "口红掉色吗有没有小样", "三号链接怎么没有了呀",   "已经下单了快点发货呀"};
  ChaCha20Source random(1);
  std::vector<Prepared> comments;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = parts[random.Below(parts.size()).value()] + "，" + parts[random.Below(parts.size()).value()];
    std::vector<char32_t> symbols = text::Normalise(text).value().symbols;
    // A third of the symbols is changed, as names and slips are.
    for (char32_t& symbol : symbols) {
      if (symbol >= 0x4E00 && random.Below(3).value() == 0)
        symbol = 0x4E00 + static_cast<char32_t>(random.Below(3'000).value());
    }
    symbols.resize(std::min<size_t>(symbols.size(), 24));
    comments.push_back({std::move(text), std::move(symbols), i % 5 == 0});
  }
  return comments;
}

std::vector<Product> Shelf() {
  std::vector<Product> products;
  for (int i = 0; i < 50; ++i) products.push_back({"p" + std::to_string(i), {"商品" + std::to_string(i), "面霜"}});
  return products;
}

void Feed(LiveAnalysis& analysis, const std::vector<Prepared>& comments, size_t& next, double rate) {
  const Prepared& comment = comments[next % comments.size()];
  analysis.Observe({.time_s = static_cast<double>(next) / rate,
                    .text = comment.text,
                    .symbols = comment.symbols,
                    .label = static_cast<SentimentLabel>(next % 3),
                    .score = static_cast<float>(next % 3) - 1,
                    .question = comment.question,
                    .viewer = next % 1'000 + 1});
  ++next;
}

LiveAnalysis Make() {
  LiveAnalysisOptions options;
  options.syllable_of = [](char32_t symbol) { return static_cast<uint16_t>(symbol % 400 + 1); };
  LiveAnalysis analysis = LiveAnalysis::Create(options).value();
  if (!analysis.SetProducts(Shelf()).ok()) std::abort();
  return analysis;
}

// The argument is comments a second.
void Observe(benchmark::State& state) {
  const std::vector<Prepared> comments = LiveComments();
  LiveAnalysis analysis = Make();
  size_t next = 0;
  for (auto _ : state) Feed(analysis, comments, next, static_cast<double>(state.range(0)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Observe)->Arg(10)->Arg(1'000)->Arg(40'000)->Unit(benchmark::kMicrosecond);

void Summarise(benchmark::State& state) {
  const std::vector<Prepared> comments = LiveComments();
  LiveAnalysis analysis = Make();
  size_t next = 0;
  while (next < 50'000) Feed(analysis, comments, next, 1'000);
  for (auto _ : state) benchmark::DoNotOptimize(analysis.Summarise(50));
}
BENCHMARK(Summarise)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sotto::comments::analysis
