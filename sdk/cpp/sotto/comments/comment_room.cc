#include "sotto/comments/comment_room.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "sotto/base/deterministic_math.h"
#include "sotto/base/fnv1a.h"
#include "sotto/comments/product_names.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

// Seconds by which the time that a comment states may differ from the room's.
constexpr double kMostBefore = 600;
constexpr double kMostAfter = 86'400;

uint64_t KeyOf(std::string_view viewer) {
  if (viewer.empty()) return 0;
  const uint64_t key = Fnv1a64({reinterpret_cast<const uint8_t*>(viewer.data()), viewer.size()});
  return key == 0 ? 1 : key;
}

size_t BytesOf(const FrameComment& comment) {
  return sizeof comment + comment.id.size() + comment.user.size() + comment.text.size();
}

// While it lives the model's lexicon says what sounds alike.
class Borrowed {
 public:
  Borrowed(const text::Lexicon*& place, const text::Lexicon& lexicon) : place_(place) { place_ = &lexicon; }
  ~Borrowed() { place_ = nullptr; }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

 private:
  const text::Lexicon*& place_;
};

}  // namespace

bool IsQuestion(const Verdict& verdict, std::span<const char32_t> symbols) {
  const Choice& intent = verdict.of(Head::kIntent);
  if (!intent.abstains) {
    switch (static_cast<IntentLabel>(intent.label)) {
      case IntentLabel::kPrice:
      case IntentLabel::kAvailability:
      case IntentLabel::kShipping:
      case IntentLabel::kDiscount:
      case IntentLabel::kProductQuestion:
      case IntentLabel::kUsage:
      case IntentLabel::kHostRequest:
        return true;
      default:
        break;
    }
  }
  return std::find(symbols.begin(), symbols.end(), U'?') != symbols.end();
}

double MoodError(const analysis::Summary& summary) {
  const double half_life_s = analysis::MoodOptions{}.half_life_s;
  double weights = 0;
  double variance = 0;
  for (const analysis::MoodBucket& bucket : summary.mood_buckets) {
    const double age_s = std::max(0.0, summary.now_s - bucket.begin_s);
    const double weight = bucket.comments * Exp(-age_s / half_life_s * std::numbers::ln2);
    weights += weight;
    variance += weight * weight * bucket.standard_error * bucket.standard_error;
  }
  return weights > 0 ? std::min(1.0, std::sqrt(variance) / weights) : 1;
}

CommentRoom CommentRoom::Create() {
  auto lexicon = std::make_shared<const text::Lexicon*>(nullptr);
  analysis::LiveAnalysisOptions options;
  options.syllable_of = [lexicon](char32_t symbol) { return *lexicon ? (*lexicon)->Sound(symbol) : uint16_t{0}; };
  // The default options are within their ranges.
  return {std::move(lexicon), analysis::LiveAnalysis::Create(options).value()};
}

double CommentRoom::Now(double arrived_s) const {
  return latest_s_ + std::max(0.0, arrived_s - arrived_s_);
}

double CommentRoom::StatedTime(double at_s, double arrived_s) {
  const double now = Now(arrived_s);
  const bool credible = !started_ || (at_s >= now - kMostBefore && at_s <= now + kMostAfter);
  return credible ? at_s : now;
}

bool CommentRoom::Wait(FrameComment&& comment, double time_s, bool wanted) {
  const size_t bytes = BytesOf(comment);
  if (waiting_bytes_ + bytes > kMaxWaitingBytes) return false;
  waiting_bytes_ += bytes;
  waiting_.push_back({std::move(comment), time_s, wanted});
  return true;
}

Status CommentRoom::Add(FrameComment comment, bool wanted, double programme_s, double arrived_s) {
  const bool stated = std::abs(comment.at) <= analysis::kLatestTime;
  const double now = started_ ? Now(arrived_s) : programme_s;
  const double time_s = stated ? comment.at : now;
  if (!Wait(std::move(comment), time_s, wanted)) {
    return Error{ErrorCode::kResourceExhausted, "too many comments wait to be judged.", "Give fewer at a time."};
  }
  if (!started_ || time_s > now) {
    latest_s_ = time_s;
    arrived_s_ = arrived_s;
    started_ = true;
  }
  return {};
}

Result<CommentRoom::Received> CommentRoom::Receive(std::string_view bytes, size_t wanted, double arrived_s) {
  SOTTO_ASSIGN_OR_RETURN(Frame frame, ReadFrame(bytes));
  Received received;
  size_t lost = 0;
  for (auto& message : frame.messages) {
    if (auto* refusal = std::get_if<Refusal>(&message)) {
      received.answers.emplace_back(std::move(*refusal));
      continue;
    }
    auto& comment = std::get<FrameComment>(message);
    if (comment.own) {
      received.answers.emplace_back(std::move(comment.text));
      continue;
    }
    const double time_s = StatedTime(comment.at, arrived_s);
    const bool is_wanted = received.wanted.size() < wanted;
    if (!Wait(std::move(comment), time_s, is_wanted)) {
      ++lost;
      continue;
    }
    if (is_wanted) received.wanted.push_back(&waiting_.back().comment);
    if (!started_ || time_s > Now(arrived_s)) {
      latest_s_ = time_s;
      arrived_s_ = arrived_s;
      started_ = true;
    }
  }
  if (lost > 0) {
    received.problem = Error{ErrorCode::kResourceExhausted,
                             std::to_string(lost) + " comments were left out: too many wait to be judged.", ""};
  } else if (frame.skipped > 0) {
    received.problem = std::move(frame.problem);
    if (frame.skipped > 1) {
      received.problem->hint += " So were " + std::to_string(frame.skipped - 1) + " more of its frame.";
    }
  }
  received.comments = waiting_.size();
  return received;
}

CommentRoom::Judged CommentRoom::Judge(CommentModel& model, size_t most) {
  const Borrowed borrowed(*lexicon_, model.lexicon());
  Judged judged;
  for (; most > 0 && !waiting_.empty(); --most) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= BytesOf(next.comment);
    const auto normalised = text::Normalise(next.comment.text, model.lexicon());
    if (!normalised.ok()) {
      if (!judged.problem) judged.problem = normalised.error();
      if (next.wanted) judged.wanted.emplace_back(std::nullopt);
      continue;
    }
    const auto& symbols = normalised.value().symbols;
    const Verdict verdict = model.ClassifyNormalised(normalised.value());
    const Choice& toxicity = verdict.of(Head::kToxicity);
    const Choice& intent = verdict.of(Head::kIntent);
    analysis_.Observe({.time_s = next.time_s,
                       .text = next.comment.text,
                       .symbols = symbols,
                       .label = verdict.sentiment(),
                       .score = verdict.score,
                       .question = IsQuestion(verdict, symbols),
                       .left_out = toxicity.label != static_cast<uint8_t>(ToxicityLabel::kNone) && !toxicity.abstains,
                       .intent = intent.abstains ? analysis::kNoIntent : intent.label,
                       .viewer = KeyOf(next.comment.user)});
    if (next.wanted) judged.wanted.emplace_back(verdict);
  }
  judged.waiting = waiting_.size();
  return judged;
}

Status CommentRoom::SetProducts(std::span<const analysis::Product> products, const CommentModel& model) {
  const Borrowed borrowed(*lexicon_, model.lexicon());
  SOTTO_ASSIGN_OR_RETURN(const auto named, WithShortNames(products, model.lexicon()));
  return analysis_.SetProducts(named);
}

analysis::Summary CommentRoom::Summarise(double arrived_s) {
  if (!started_) return analysis_.Summarise(0);
  analysis_.Advance(Now(arrived_s));
  return analysis_.Summarise(Now(arrived_s));
}

}  // namespace sotto::comments
