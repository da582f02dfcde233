// A hostile room: bytes choose comments, their times and verdicts, the products and when somebody looks. Nothing that
// comes may break what a summary promises.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sotto/comments/analysis/live_analysis.h"
#include "sotto/text/normalise.h"
#include "sotto/text/utf8.h"

namespace sotto::comments::analysis {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Numbers from the input; 0 once it has ended.
class Choices {
 public:
  explicit Choices(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }

  uint64_t Word() {
    uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word = word << 8 | Byte();
    return word;
  }

  std::string Text() {
    const size_t size = std::min<size_t>(Byte() % 64, bytes_.size());
    std::string text(reinterpret_cast<const char*>(bytes_.data()), size);
    bytes_ = bytes_.subspan(size);
    return text;
  }

 private:
  std::span<const uint8_t> bytes_;
};

bool IsShare(double value) {
  return value >= 0 && value <= 1;
}

void Check(const Opinion& opinion) {
  Require(opinion.positive >= 0 && opinion.neutral >= 0 && opinion.negative >= 0);
  Require(opinion.mean >= -1 && opinion.mean <= 1);
  Require(IsShare(opinion.low) && IsShare(opinion.high) && opinion.low <= opinion.high);
  Require(opinion.positive_share >= opinion.low - 1e-9 && opinion.positive_share <= opinion.high + 1e-9);
}

void Check(const Summary& summary, uint64_t observed) {
  Require(summary.comments + summary.ignored == observed && summary.left_out <= summary.comments);
  Require(std::isfinite(summary.now_s) && summary.rate >= 0 && std::isfinite(summary.rate));
  for (const Keyword& keyword : summary.keywords) {
    Require(text::ValidateUtf8(keyword.text).ok() && !keyword.text.empty());
    Require(keyword.count <= static_cast<double>(summary.comments) * (1 + 1e-9) && keyword.cohesion <= 1);
    Require(std::isfinite(keyword.score) && std::isfinite(keyword.freedom) && std::isfinite(keyword.deviations));
  }
  Require(summary.questions.size() <= kMaxQuestionClusters);
  for (const Question& question : summary.questions) {
    Require(text::ValidateUtf8(question.text).ok() && question.text.size() <= kMaxQuestionBytes);
    Require(question.weight >= 0 && question.weight <= static_cast<double>(question.comments) * (1 + 1e-9));
    Require(question.first_s <= question.last_s && question.wordings.size() <= 3);
  }
  Check(summary.mood);
  double begin_s = -2 * kLatestTime;
  for (const MoodBucket& bucket : summary.mood_buckets) {
    Require(bucket.begin_s > begin_s && bucket.comments == bucket.positive + bucket.neutral + bucket.negative);
    Require(std::fabs(bucket.mean) <= 1 + 1e-6 && bucket.standard_error >= 0 && bucket.standard_error <= 1 + 1e-6);
    begin_s = bucket.begin_s;
  }
  for (const ProductOpinion& product : summary.products) {
    Check(product.named);
    Check(product.on_stage);
    Require(product.by_name + product.by_number + product.by_sound == product.named.comments);
  }
}

void Run(Choices choices) {
  LiveAnalysisOptions options;
  options.keywords.string_slots = 4'096;
  options.keywords.admit_at = choices.Byte() % 4;
  options.keywords.min_count = 1;
  options.keywords.min_freedom = 0;
  options.bursts.warm_up_s = choices.Byte() % 4;
  options.questions.max_clusters = 1U + choices.Byte() % 8U;
  options.mood.history = 8;
  options.mood.least_comments = 1;
  options.syllable_of = [](char32_t symbol) { return static_cast<uint16_t>(symbol % 5); };
  auto created = LiveAnalysis::Create(options);
  Require(created.ok());
  LiveAnalysis analysis = std::move(created).value();
  double time_s = 0;
  uint64_t observed = 0;
  std::vector<char32_t> symbols;
  for (int calls = 0; calls < 400 && !choices.empty(); ++calls) {
    const uint8_t what = choices.Byte();
    switch (what % 16) {
      case 0: {
        std::vector<Product> products;
        for (int i = what / 16 % 4; i > 0; --i) products.push_back({choices.Text(), {choices.Text(), choices.Text()}});
        static_cast<void>(analysis.SetProducts(products).ok());
        break;
      }
      case 1:
        analysis.SetOnStage(choices.Byte() % 5);
        break;
      case 2:
        time_s = std::bit_cast<double>(choices.Word());
        break;
      case 3:
        analysis.Advance(time_s + choices.Byte());
        break;
      case 4: {
        if (what / 16 % 4 != 0) break;
        Check(analysis.Summarise(time_s), observed);
        break;
      }
      case 5:
        for (const Event& event : analysis.TakeEvents()) {
          Require(std::isfinite(event.time_s));
          if (const auto* burst = std::get_if<BurstEvent>(&event.what)) {
            Require(burst->burst.begin_s < burst->burst.end_s && burst->burst.comments > 0);
          }
          if (const auto* mood = std::get_if<MoodEvent>(&event.what)) {
            Require(std::fabs(mood->change.before) <= 1 + 1e-6 && std::fabs(mood->change.after) <= 1 + 1e-6);
            Require(mood->change.from_s < mood->change.detected_s);
          }
        }
        break;
      default: {
        time_s += choices.Byte() / 16.0;
        const std::string text = choices.Text();
        if (what % 16 == 6) {
          // Symbols that no normalisation gives.
          symbols.clear();
          for (const char byte : text) symbols.push_back(static_cast<uint8_t>(byte) * 0x1'01'01'01U);
        } else {
          symbols = text::Normalise(text::RepairUtf8(text)).value().symbols;
        }
        const uint8_t flags = choices.Byte();
        for (int repeat = what / 16 == 15 ? 50 : 1; repeat > 0; --repeat, ++observed) {
          analysis.Observe({.time_s = time_s,
                            .text = text,
                            .symbols = symbols,
                            .label = static_cast<SentimentLabel>(flags % 3),
                            .score = static_cast<float>(flags) / 64 - 2,
                            .question = flags % 2 == 0,
                            .left_out = flags % 32 == 31,
                            .intent = flags,
                            .viewer = flags / 8U});
        }
      }
    }
  }
  Check(analysis.Summarise(time_s), observed);
}

}  // namespace
}  // namespace sotto::comments::analysis

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sotto::comments::analysis::Run(sotto::comments::analysis::Choices({data, size}));
  return 0;
}
