// A planner beside a plain model of what it promises. Every call goes to both, and every frame is compared pixel by
// pixel: a comment that entered at time e is seen exactly at x = d(e) + width - d(now), and nothing else is.
//
// The model is told by the plan only which live comment got which lane; it checks that the choice was allowed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "overlay/pixel_canvas.h"
#include "sotto/overlay/planner.h"

namespace sotto::overlay {

// Live comments have ids below this one, recorded comments from it on.
inline constexpr uint32_t kFirstRecordedId = 0x8000'0000;

class CheckedPlanner {
 public:
  // Precondition: valid options.
  explicit CheckedPlanner(const PlannerOptions& options)
      : options_(options), planner_(Planner::Create(options).value()), canvas_(options, planner_) {}

  Planner& planner() { return planner_; }

  // Each returns what is wrong; empty if nothing is.
  std::string Push(const Comment& comment) {
    if (!planner_.Push(comment).ok()) return "Push failed";
    waiting_.push_back(comment);
    return {};
  }

  std::string LoadRecording(std::vector<Comment> comments) {
    if (!planner_.LoadRecording(comments).ok()) return "LoadRecording failed";
    recording_ = std::move(comments);
    PlaceRecording();
    return {};
  }

  std::string Resize(const PlannerOptions& options) {
    if (!planner_.Resize(options).ok()) return "Resize failed";
    options_ = options;
    canvas_ = PixelCanvas(options, planner_);
    PlaceRecording();
    std::vector<Comment> entered;
    for (const auto& lane : std::exchange(live_, {})) {
      for (const Placed& placed : lane.second) entered.push_back(placed.comment);
    }
    std::vector<Comment> lost;
    live_ = Arrange(std::move(entered), lost);
    std::set<uint32_t> finished;
    for (const Comment& comment : lost) {
      if (comment.own) {
        waiting_.push_back(comment);
      } else {
        finished.insert(comment.id);
      }
    }
    const auto taken = planner_.TakeFinished();
    if (std::set<uint32_t>(taken.begin(), taken.end()) != finished) return "Resize finished other comments";
    return {};
  }

  std::string Clear() {
    planner_.Clear();
    live_.clear();
    waiting_.clear();
    recording_.clear();
    PlaceRecording();
    return {};
  }

  std::string Plan(MediaTime now) {
    const auto commands = planner_.Plan(now);
    if (!commands.ok()) return "Plan failed";
    commands_.assign(commands.value().begin(), commands.value().end());
    if (auto problem = canvas_.Execute(commands_); !problem.empty()) return problem;
    if (auto problem = CheckAdmitted(now); !problem.empty()) return problem;
    if (auto problem = CheckDropped(now); !problem.empty()) return problem;
    if (auto problem = CheckFinished(now); !problem.empty()) return problem;
    if (auto problem = CheckWaiting(now); !problem.empty()) return problem;
    return CheckScreen(now);
  }

  // What the last plan was, without its cards.
  std::span<const Command> commands() const { return commands_; }
  const std::set<uint32_t>& seen() const { return seen_; }
  std::vector<Comment> WaitingOwn() const {
    std::vector<Comment> own;
    std::copy_if(waiting_.begin(), waiting_.end(), std::back_inserter(own), [](const Comment& c) { return c.own; });
    return own;
  }

  // Whether all of these were in view at some time.
  bool HasSeen(std::span<const Comment> comments) const {
    return std::all_of(comments.begin(), comments.end(), [this](const Comment& c) { return seen_.contains(c.id); });
  }

 private:
  struct Placed {
    Comment comment;
    int64_t start = 0;
    int32_t width = 0;
    int64_t end() const { return start + width; }
  };
  using Lanes = std::map<int32_t, std::vector<Placed>>;

  int64_t Crossing(int32_t lane) const {
    return options_.crossing * (94'000 + 12 * (int64_t{lane} * 618 % 1'000)) / 100'000;
  }
  int64_t Distance(int32_t lane, MediaTime t) const { return options_.width * t / Crossing(lane); }
  int32_t Clipped(int32_t width) const { return std::min(width, options_.max_comment_width); }
  bool TooClose(const Placed& a, const Placed& b) const {
    return a.start < b.end() + options_.gap && b.start < a.end() + options_.gap;
  }

  // Gives comments places in order of time, each the earliest that it can have, and the topmost of those.
  Lanes Arrange(std::vector<Comment> comments, std::vector<Comment>& lost) const {
    std::sort(comments.begin(), comments.end(), [](const Comment& a, const Comment& b) {
      return std::tie(a.at, a.id, a.width, a.own) < std::tie(b.at, b.id, b.width, b.own);
    });
    Lanes placed;
    std::vector<MediaTime> free_at(static_cast<size_t>(planner_.lanes()), 0);
    for (Comment& comment : comments) {
      std::optional<std::pair<MediaTime, int32_t>> best;
      for (int32_t lane = 0; lane < planner_.lanes(); ++lane) {
        const std::pair candidate(std::max(comment.at, free_at[static_cast<size_t>(lane)]), lane);
        if (!best || candidate < *best) best = candidate;
      }
      if (!best || best->first > kMaxMediaTime || (!comment.own && best->first - comment.at > options_.patience)) {
        lost.push_back(comment);
        continue;
      }
      const auto [enters, lane] = *best;
      comment.at = enters;
      const Placed place{comment, Distance(lane, enters) + options_.width, Clipped(comment.width)};
      placed[lane].push_back(place);
      const int64_t distance = std::max<int64_t>(0, place.end() + options_.gap - options_.width);
      free_at[static_cast<size_t>(lane)] = (distance * Crossing(lane) + options_.width - 1) / options_.width;
    }
    return placed;
  }

  void PlaceRecording() {
    std::vector<Comment> lost;
    recorded_ = Arrange(recording_, lost);
  }

  // The live comments' places, and those of the recorded comments that no live one hides, from left to right.
  std::vector<Placed> Shown(int32_t lane) {
    std::vector<Placed> shown = live_[lane];
    for (const Placed& recorded : recorded_[lane]) {
      const auto& live = live_[lane];
      if (std::none_of(live.begin(), live.end(), [&](const Placed& p) { return TooClose(p, recorded); })) {
        shown.push_back(recorded);
      }
    }
    std::sort(shown.begin(), shown.end(), [](const Placed& a, const Placed& b) { return a.start < b.start; });
    return shown;
  }

  bool IsPlaced(uint32_t id) const {
    return std::any_of(live_.begin(), live_.end(), [id](const auto& lane) {
      return std::any_of(lane.second.begin(), lane.second.end(), [id](const Placed& p) { return p.comment.id == id; });
    });
  }

  // Learns which live comments entered, and checks that they were allowed to.
  std::string CheckAdmitted(MediaTime now) {
    displaced_.clear();
    std::optional<MediaTime> latest_other;
    for (const Command& c : commands_) {
      const auto id = static_cast<uint32_t>(c.a);
      if (c.op != Op::kRaster || id >= kFirstRecordedId || IsPlaced(id)) continue;
      const auto found =
          std::find_if(waiting_.begin(), waiting_.end(), [id](const Comment& comment) { return comment.id == id; });
      const std::string name = "comment " + std::to_string(id);
      if (found == waiting_.end()) return name + " is drawn, but was not waiting";
      if (found->at > now) return name + " enters before its time";
      if (IsStale(*found, now)) return name + " enters though its patience ended";
      if (!found->own) latest_other = std::max(latest_other.value_or(0), found->at);
      const int32_t lane = c.b;
      const int64_t edge = Distance(lane, now) + options_.width;
      Placed placed{*found, edge, Clipped(found->width)};
      placed.comment.at = now;
      waiting_.erase(found);
      if (c.c != edge % planner_.strip_width() || c.g != 0) return name + " does not enter at the right edge";
      for (const Placed& other : live_[lane]) {
        if (other.start <= edge && TooClose(other, placed)) return name + " enters too close to another one";
      }
      std::erase_if(live_[lane], [&](const Placed& other) {
        if (!TooClose(other, placed)) return false;
        if (other.comment.own) {
          waiting_.push_back(other.comment);
        } else {
          displaced_.insert(other.comment.id);
        }
        return true;
      });
      live_[lane].push_back(placed);
    }
    for (const Comment& comment : waiting_) {
      if (!latest_other || comment.at > now) continue;
      if (comment.own) return "an own comment waits behind another";
      if (comment.at < *latest_other && !IsStale(comment, now)) return "an older comment waits behind another";
    }
    return {};
  }

  bool IsStale(const Comment& comment, MediaTime now) const {
    return !comment.own && comment.at < now - std::max<MediaTime>(options_.patience, 100'000);
  }

  std::string CheckDropped(MediaTime now) {
    std::set<uint32_t> expected;
    std::erase_if(waiting_, [&](const Comment& comment) {
      if (!IsStale(comment, now)) return false;
      expected.insert(comment.id);
      return true;
    });
    const auto dropped = planner_.TakeDropped();
    return std::set<uint32_t>(dropped.begin(), dropped.end()) == expected ? "" : "other comments were dropped";
  }

  // Finished are those that were displaced, and of those that have left the screen all but the last kLiveHistory of a
  // lane; which have left it is known to within the few columns that a strip keeps.
  std::string CheckFinished(MediaTime now) {
    const auto taken = planner_.TakeFinished();
    std::set<uint32_t> finished(taken.begin(), taken.end());
    for (const uint32_t id : displaced_) {
      if (finished.erase(id) == 0) return "a displaced comment is not finished";
    }
    for (auto& [lane, places] : live_) {
      const int64_t distance = Distance(lane, now);
      std::sort(places.begin(), places.end(), [](const Placed& a, const Placed& b) { return a.start < b.start; });
      const auto left =
          std::count_if(places.begin(), places.end(), [&](const Placed& p) { return p.end() <= distance; });
      for (ptrdiff_t i = 0; i < left - kLiveHistory && finished.erase(places.front().comment.id) == 1; ++i) {
        places.erase(places.begin());
      }
    }
    return finished.empty() ? "" : "a comment is finished too early";
  }

  std::string CheckWaiting(MediaTime now) {
    if (planner_.stats().waiting != waiting_.size()) return "another number of comments waits";
    if (std::none_of(waiting_.begin(), waiting_.end(), [now](const Comment& c) { return c.at <= now; })) return {};
    for (int32_t lane = 0; lane < planner_.lanes(); ++lane) {
      const int64_t edge = Distance(lane, now) + options_.width;
      const auto shown = Shown(lane);
      if (shown.empty() || shown.back().end() + options_.gap <= edge) return "a comment waits though a lane is free";
    }
    return {};
  }

  std::string CheckScreen(MediaTime now) {
    uint64_t visible = 0;
    for (int32_t lane = 0; lane < planner_.lanes(); ++lane) {
      const int64_t distance = Distance(lane, now);
      std::vector<PixelCanvas::Pixel> expected(static_cast<size_t>(options_.width));
      for (const Placed& p : Shown(lane)) {
        const int64_t left = std::max(p.start, distance);
        const int64_t right = std::min(p.end(), distance + options_.width);
        if (left >= right) continue;
        ++visible;
        seen_.insert(p.comment.id);
        for (int64_t column = left; column < right; ++column) {
          expected[static_cast<size_t>(column - distance)] = {p.comment.id, static_cast<int32_t>(column - p.start)};
        }
      }
      const auto actual = canvas_.screen(lane);
      for (int32_t x = 0; x < options_.width; ++x) {
        const auto pixel = expected[static_cast<size_t>(x)];
        const auto seen = actual[static_cast<size_t>(x)];
        if (seen != pixel) {
          return "lane " + std::to_string(lane) + " at x " + std::to_string(x) + " shows column " +
                 std::to_string(seen.column) + " of " + std::to_string(seen.comment) + ", not " +
                 std::to_string(pixel.column) + " of " + std::to_string(pixel.comment);
        }
      }
      for (const int32_t x : {0, options_.width / 2, options_.width - 1}) {
        const auto picked = planner_.Pick(x, options_.top + lane * options_.lane_height + options_.lane_height / 2);
        const int64_t id = picked.ok() ? int64_t{picked.value()} : -1;
        if (id != expected[static_cast<size_t>(x)].comment) return "Pick finds another comment than is shown";
      }
    }
    return planner_.stats().visible == visible ? "" : "another number of comments is visible";
  }

  PlannerOptions options_;
  Planner planner_;
  PixelCanvas canvas_;
  std::vector<Command> commands_;
  std::vector<Comment> recording_;
  Lanes recorded_;
  Lanes live_;
  std::vector<Comment> waiting_;
  std::set<uint32_t> displaced_;
  std::set<uint32_t> seen_;  // every comment that was ever in view
};

}  // namespace sotto::overlay
