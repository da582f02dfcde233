// The comments of one room, from the bytes of its WebSocket to what the room says: every comment is read, judged by the
// comment model and observed by the analysis here; callers get only those that they want.
//
//   room.Receive(frame, 100, arrived_s)   reads a frame; its comments wait, and the first 100 are wanted
//   room.Judge(model, 200)                judges and observes 200 of those that wait; verdicts of the wanted ones
//   room.Summarise(now_s)                 what the room says
//
// Which clock: comments say when they were made, in seconds of programme time, and a caller says when they arrived, in
// seconds of any clock that goes on evenly. From then on the room's time goes on with that clock, so that it does so
// between comments. The time that a comment of the network states is not believed if it is more than 10 minutes before
// the room's time or a day after it (a broadcast that began anew, milliseconds in place of seconds): then it is now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/live_analysis.h"
#include "sotto/comments/comment_model.h"
#include "sotto/comments/frames.h"

namespace sotto::comments {

// Of comments that wait to be judged; some 200,000.
inline constexpr size_t kMaxWaitingBytes = 32 * 1024 * 1024;

// Is it asked? By the intent, unless that abstains, or by a question mark.
bool IsQuestion(const Verdict& verdict, std::span<const char32_t> symbols);

// Standard error of summary.mood.mean, 0 to 1: its buckets are independent means, older ones counting less as in the
// mood itself. 1 where nothing is known.
double MoodError(const analysis::Summary& summary);

class CommentRoom {
 public:
  static CommentRoom Create();

  // What the server answers to a message of the viewer: its text if it was published, or why it was not.
  using Answer = std::variant<std::string, Refusal>;

  struct Received {
    std::vector<const FrameComment*> wanted;  // the first ones, in their order; valid until the next call
    std::vector<Answer> answers;
    size_t comments = 0;           // that wait now to be judged
    std::optional<Error> problem;  // of messages that were skipped: the first, and how many more
  };
  // `wanted` comments are wanted at most. The viewer's own are answers only: whoever sends them adds them.
  // Errors: as ReadFrame.
  Result<Received> Receive(std::string_view frame, size_t wanted, double arrived_s);

  // A comment of another source; its time counts as it is, and none (NaN) is now. `programme_s` is now where no comment
  // was before. Errors: kResourceExhausted above kMaxWaitingBytes.
  Status Add(FrameComment comment, bool wanted, double programme_s, double arrived_s);

  struct Judged {
    std::vector<std::optional<Verdict>> wanted;  // none for a comment that cannot be judged
    size_t waiting = 0;                          // still
    std::optional<Error> problem;                // of the first that cannot be judged
  };
  // Judges and observes at most `most` comments, the oldest first.
  Judged Judge(CommentModel& model, size_t most);

  // Products by id, in the order of their link numbers, each with its titles as names. A title is found as a whole, and
  // by its last words ("green tea" of "Mountain Green Tea, 50 g"; at least two words, or two characters of a script
  // without spaces), unless several products end alike. None is on stage afterwards.
  // Errors: those of analysis::ProductMentions; the old list stays then.
  Status SetProducts(std::span<const analysis::Product> products, const CommentModel& model);

  // By place in the list, or none.
  void SetOnStage(std::optional<uint32_t> product) { analysis_.SetOnStage(product); }

  // As of now.
  analysis::Summary Summarise(double arrived_s);
  std::vector<analysis::Event> TakeEvents() { return analysis_.TakeEvents(); }

 private:
  struct Waiting {
    FrameComment comment;
    double time_s;
    bool wanted;
  };
  // The lexicon of the model that is in use, for what sounds alike.
  using InUse = std::shared_ptr<const text::Lexicon*>;

  CommentRoom(InUse lexicon, analysis::LiveAnalysis analysis)
      : lexicon_(std::move(lexicon)), analysis_(std::move(analysis)) {}
  double Now(double arrived_s) const;
  double StatedTime(double at_s, double arrived_s);
  bool Wait(FrameComment&& comment, double time_s, bool wanted);

  InUse lexicon_;
  analysis::LiveAnalysis analysis_;
  std::deque<Waiting> waiting_;
  size_t waiting_bytes_ = 0;
  bool started_ = false;
  double latest_s_ = 0;   // of the room
  double arrived_s_ = 0;  // by the caller's clock, then
};

}  // namespace sotto::comments
