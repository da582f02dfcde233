#include "sotto/comments/analysis/live_analysis.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/analysis/symbols.h"
#include "sotto/text/utf8.h"

namespace sotto::comments::analysis {
namespace {

bool IsHalfLife(double value) {
  return value >= 1 && value <= 86'400;
}

bool IsTime(double time_s) {
  return time_s >= -kLatestTime && time_s <= kLatestTime;
}

}  // namespace

Result<LiveAnalysis> LiveAnalysis::Create(const LiveAnalysisOptions& options) {
  if (!IsHalfLife(options.product_half_life_s) || !IsHalfLife(options.intent_half_life_s) ||
      !IsHalfLife(options.rate_half_life_s) || options.top_keywords > 1'000) {
    return Error{ErrorCode::kInvalidArgument, "an option of the analysis is outside its range.",
                 "See LiveAnalysisOptions for the ranges."};
  }
  SOTTO_ASSIGN_OR_RETURN(Keywords keywords, Keywords::Create(options.keywords));
  SOTTO_ASSIGN_OR_RETURN(Questions questions, Questions::Create(options.questions));
  SOTTO_ASSIGN_OR_RETURN(Mood mood, Mood::Create(options.mood));
  SOTTO_ASSIGN_OR_RETURN(Bursts bursts, Bursts::Create(options.bursts));
  return LiveAnalysis(options, std::move(keywords), std::move(questions), std::move(mood), bursts);
}

LiveAnalysis::LiveAnalysis(const LiveAnalysisOptions& options, Keywords keywords, Questions questions, Mood mood,
                           const Bursts& bursts)
    : options_(options),
      keywords_(std::move(keywords)),
      questions_(std::move(questions)),
      mood_(std::move(mood)),
      bursts_(bursts),
      products_(options.product_half_life_s),
      intent_decay_(options.intent_half_life_s),
      rate_decay_(options.rate_half_life_s) {}

Status LiveAnalysis::SetProducts(std::span<const Product> products) {
  return products_.SetProducts(products, options_.syllable_of);
}

void LiveAnalysis::Say(Event event) {
  if (events_.size() == kMaxEvents) events_.pop_front();
  events_.push_back(std::move(event));
}

void LiveAnalysis::SayBurst(const BurstChange& change) {
  Say({now_s_, BurstEvent{change.began, change.burst, keywords_.Carrier(now_s_)}});
}

void LiveAnalysis::Advance(double now_s) {
  if (!IsTime(now_s) || (started_ && !(now_s > now_s_))) return;
  if (!started_) start_s_ = now_s;
  started_ = true;
  now_s_ = now_s;
  rate_ *= rate_decay_.Advance(now_s);
  if (const double factor = intent_decay_.Advance(now_s); factor != 1) {
    for (IntentCount& intent : intents_) intent.recent *= factor;
  }
  while (const auto change = bursts_.Advance(now_s)) SayBurst(*change);
  if (const auto change = mood_.Advance(now_s)) {
    if (mood_changes_.size() == kMaxMoodChanges) mood_changes_.pop_front();
    mood_changes_.push_back(*change);
    Say({now_s, MoodEvent{*change}});
  }
}

void LiveAnalysis::Observe(const Observation& comment) {
  if (!IsTime(comment.time_s)) {
    ++ignored_;
    return;
  }
  Advance(comment.time_s);
  ++comments_;
  if (comment.left_out) {
    ++left_out_;
    return;
  }
  const double score = std::isnan(comment.score) ? 0 : std::clamp(double{comment.score}, -1.0, 1.0);
  rate_ += rate_decay_.weight();
  if (comment.intent < kMaxIntents) {
    ++intents_[comment.intent].comments;
    intents_[comment.intent].recent += intent_decay_.weight();
  }
  mood_.Observe(comment.label, score);
  products_.Observe(now_s_, comment.symbols, comment.label, score);
  keywords_.Observe(now_s_, comment.symbols);
  if (const auto change = bursts_.Observe()) SayBurst(*change);
  if (!comment.question) return;
  std::string repaired;
  std::string_view text = comment.text;
  if (!text::ValidateUtf8(text).ok()) {
    repaired = ToUtf8(comment.symbols, kMaxQuestionBytes);
    text = repaired;
  }
  if (auto question = questions_.Observe(now_s_, text, comment.symbols, comment.viewer)) {
    Say({now_s_, QuestionEvent{std::move(*question)}});
  }
}

Summary LiveAnalysis::Summarise(double now_s) const {
  const double now = IsTime(now_s) && (!started_ || now_s > now_s_) ? now_s : now_s_;
  Summary summary;
  summary.now_s = now;
  summary.comments = comments_;
  summary.left_out = left_out_;
  summary.ignored = ignored_;
  // A window that is not full yet holds less than a steady rate will make of it; nothing is said of less than a second.
  const double age_s = std::max(1.0, now - start_s_);
  const double window_s =
      options_.rate_half_life_s / std::numbers::ln2 * (1 - Exp(-age_s / options_.rate_half_life_s * std::numbers::ln2));
  summary.rate = rate_decay_.Read(rate_, now) / window_s;
  summary.usual_rate = bursts_.usual_rate();
  summary.burst = bursts_.burst();
  summary.intents = intents_;
  for (IntentCount& intent : summary.intents) intent.recent = intent_decay_.Read(intent.recent, now);
  summary.keywords = keywords_.Top(options_.top_keywords, now);
  summary.questions = questions_.Top(options_.top_questions, now);
  summary.mood = mood_.Now(now);
  summary.mood_buckets = mood_.Buckets();
  summary.mood_changes.assign(mood_changes_.begin(), mood_changes_.end());
  summary.products = products_.Read(now);
  return summary;
}

std::vector<Event> LiveAnalysis::TakeEvents() {
  std::vector<Event> events(std::make_move_iterator(events_.begin()), std::make_move_iterator(events_.end()));
  events_.clear();
  return events;
}

}  // namespace sotto::comments::analysis
