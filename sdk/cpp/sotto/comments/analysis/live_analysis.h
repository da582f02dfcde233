// What a whole stream of comments says: what it talks about and keeps asking, its mood and how that changes, what it
// thinks of each product, how fast it comes. One object for a stream; each part is documented in its own header.
//
//   SOTTO_ASSIGN_OR_RETURN(LiveAnalysis analysis, LiveAnalysis::Create({}));
//   analysis.Observe({.time_s = 12.5, .text = text, .symbols = symbols, .label = verdict.label, .score =
//   verdict.score}); const Summary summary = analysis.Summarise(now_s);
//
// Pure: time comes with the comments, in seconds of any one clock; it cannot go back: a comment that is late counts at
// the time of the latest. A comment whose time is not finite or beyond +-10^11 s is ignored, and counted as that. The
// same calls give the same bits on every platform.
//
// Memory is bounded whatever comes. With the default options 1.6 MB are held, 1.3 MB of them by the strings of the
// keywords; 0.9 MB more for a moment while the keywords forget, and at most some 2.5 MB more while a summary is made.
// The products' names come on top: their automata take some 50 bytes a symbol.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/bursts.h"
#include "sotto/comments/analysis/keywords.h"
#include "sotto/comments/analysis/mood.h"
#include "sotto/comments/analysis/product_opinions.h"
#include "sotto/comments/analysis/questions.h"
#include "sotto/comments/heads.h"

namespace sotto::comments::analysis {

inline constexpr size_t kMaxIntents = 32;
inline constexpr uint8_t kNoIntent = 0xFF;
inline constexpr size_t kMaxEvents = 256;      // that wait to be taken; then the oldest are lost
inline constexpr size_t kMaxMoodChanges = 32;  // in a summary: the latest
inline constexpr double kLatestTime = 1e11;    // seconds, either way

struct LiveAnalysisOptions {
  KeywordOptions keywords{};
  QuestionOptions questions{};
  MoodOptions mood{};
  BurstOptions bursts{};
  double product_half_life_s = 300;  // 1 to 86,400
  double intent_half_life_s = 120;   // 1 to 86,400
  double rate_half_life_s = 5;       // 1 to 86,400
  uint32_t top_keywords = 20;        // in a summary, at most 1,000
  uint32_t top_questions = 10;
  SyllableOf syllable_of = nullptr;  // product_mentions.h; none: nothing is found by sound
};

struct Observation {
  double time_s = 0;
  std::string_view text;              // UTF-8; shown for a question. If it is not valid, the symbols are shown instead
  std::span<const char32_t> symbols;  // the same, normalised (text/normalise.h)
  SentimentLabel label = SentimentLabel::kNeutral;
  float score = 0;             // -1 to 1; cut to that, 0 if it is no number
  bool question = false;       // the caller says what is one
  bool left_out = false;       // toxic or spam: counted, not analysed
  uint8_t intent = kNoIntent;  // below kMaxIntents, or none
  uint64_t viewer = 0;         // any number that tells viewers apart; 0: unknown
};

struct IntentCount {
  uint64_t comments = 0;
  double recent = 0;  // decayed comments
};

struct Summary {
  double now_s = 0;
  uint64_t comments = 0;  // all that had a time: analysed + left out
  uint64_t left_out = 0;
  uint64_t ignored = 0;        // without a usable time
  double rate = 0;             // comments a second now, decayed; those left out are not in it
  double usual_rate = 0;       // outside of bursts
  std::optional<Burst> burst;  // that goes on
  std::array<IntentCount, kMaxIntents> intents{};
  std::vector<Keyword> keywords;
  std::vector<Question> questions;
  Opinion mood;  // decayed, now
  std::vector<MoodBucket> mood_buckets;
  std::vector<MeanShift> mood_changes;
  std::vector<ProductOpinion> products;
};

struct BurstEvent {
  bool began = false;  // else ended
  Burst burst;
  Keyword carrier;  // the keyword that rose most, its text empty if none did
};
struct MoodEvent {
  MeanShift change;
};
struct QuestionEvent {
  Question question;
};

struct Event {
  double time_s = 0;  // when it was seen
  std::variant<BurstEvent, MoodEvent, QuestionEvent> what;
};

class LiveAnalysis {
 public:
  // Errors: kInvalidArgument for options outside their ranges.
  static Result<LiveAnalysis> Create(const LiveAnalysisOptions& options);

  // Errors and what is kept: product_opinions.h.
  Status SetProducts(std::span<const Product> products);

  // The product on stage by its place in the list, or none.
  void SetOnStage(std::optional<uint32_t> product) { products_.SetOnStage(product); }

  // A few microseconds.
  void Observe(const Observation& comment);

  // Time passes without a comment, so that what ends by that (a burst, a bucket) is seen. Observe does it by itself.
  // A time that is not usable is ignored.
  void Advance(double now_s);

  // Milliseconds: reads the whole keyword table. `now_s` before the latest time, or no usable one, counts as that.
  Summary Summarise(double now_s) const;

  // What was seen since the last call, the oldest first.
  std::vector<Event> TakeEvents();

 private:
  LiveAnalysis(const LiveAnalysisOptions& options, Keywords keywords, Questions questions, Mood mood,
               const Bursts& bursts);
  void Say(Event event);
  void SayBurst(const BurstChange& change);

  LiveAnalysisOptions options_;
  Keywords keywords_;
  Questions questions_;
  Mood mood_;
  Bursts bursts_;
  ProductOpinions products_;
  Decay intent_decay_;
  Decay rate_decay_;
  std::array<IntentCount, kMaxIntents> intents_{};  // `recent` as intent_decay_ stores it
  double rate_ = 0;                                 // as rate_decay_ stores it
  bool started_ = false;
  double start_s_ = 0;
  double now_s_ = 0;
  uint64_t comments_ = 0;
  uint64_t left_out_ = 0;
  uint64_t ignored_ = 0;
  std::deque<MeanShift> mood_changes_;
  std::deque<Event> events_;
};

}  // namespace sotto::comments::analysis
