// A planner beside a plain model of what it promises. Every call goes to both, and every frame is compared pixel by
// pixel: a comment that entered at time e is seen exactly at x = d(e) + width - d(now), and nothing else is.
//
// The model arranges a recording by itself. Of live comments the plan tells which got which lane or row; the model
// checks that the choice was allowed. After a resize the plan also tells where everything is that was on screen before;
// that this is right is the resize tests' business.
#pragma once

#include <algorithm>
#include <array>
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
    if (comment.own) own_.insert(comment.id);
    return {};
  }

  std::string LoadRecording(std::vector<Comment> comments) {
    if (!planner_.LoadRecording(comments).ok()) return "LoadRecording failed";
    if (held_ && held_->id >= kFirstRecordedId) held_.reset();
    recording_ = std::move(comments);
    recording_planned_ = false;
    kept_at_.reset();
    Arrange();
    std::set<uint32_t> lost;
    for (const Dropped& dropped : planner_.recording_dropped()) lost.insert(dropped.id);
    return lost == lost_ ? "" : "other comments of the recording are dropped";
  }

  std::string Resize(const PlannerOptions& options) {
    std::set<uint32_t> were_in_view;
    for (const Visible& each : planner_.VisibleComments()) were_in_view.insert(each.id);
    if (!planner_.Resize(options).ok()) return "Resize failed";
    options_ = options;
    canvas_ = PixelCanvas(options, planner_);
    held_.reset();
    const Lanes live = std::exchange(live_, {});
    const Rows stood = std::exchange(stood_, {});
    const Rows recorded_stood = recorded_stood_;
    Arrange();
    if (last_ && recording_planned_) {
      kept_at_ = last_;
      recorded_.clear();
      recorded_stood_.clear();
    }
    const auto visible = planner_.VisibleComments();
    std::map<uint32_t, Visible> in_view;
    for (const Visible& each : visible) in_view[each.id] = each;
    const auto place = [&](const Comment& comment) {
      const Visible& at = in_view.at(comment.id);
      const int32_t lane = (at.y - options_.top) / options_.lane_height;
      const int32_t x = Reversed(lane) ? options_.width - at.x - at.width : at.x;
      const Placed placed{comment, Distance(lane, *last_) + x, at.width};
      (comment.id < kFirstRecordedId ? live_ : recorded_)[lane].push_back(placed);
    };
    const auto stand = [&](Stood each, Mode mode) {
      const Visible& at = in_view.at(each.comment.id);
      each.row = mode == Mode::kFree  ? 0
                 : mode == Mode::kTop ? (at.y - options_.top) / options_.lane_height
                                      : (options_.height - 1 - at.y) / options_.lane_height;
      (each.comment.id < kFirstRecordedId ? stood_ : recorded_stood_)[mode].push_back(each);
    };
    std::set<uint32_t> stands;
    for (const auto& [mode, each] : recorded_stood) {
      for (const Stood& s : each) {
        if (!kept_at_ || !in_view.contains(s.comment.id) || !s.At(*last_)) continue;
        stand(s, mode);
        stands.insert(s.comment.id);
      }
    }
    for (const Comment& comment : recording_) {
      if (!kept_at_ || !in_view.contains(comment.id) || stands.contains(comment.id)) continue;
      // One that waited may enter at once where there is more room.
      if (were_in_view.contains(comment.id) || Scrolls(Route(comment.mode))) {
        place(comment);
      } else {
        stand({comment, 0, *last_, kMaxMediaTime + 1}, comment.mode);
      }
    }
    for (const auto& [lane, places] : live) {
      for (const Placed& p : places) {
        if (in_view.contains(p.comment.id)) {
          place(p.comment);
        } else {
          moved_.push_back(p.comment);
        }
      }
    }
    for (const auto& [mode, each] : stood) {
      for (const Stood& s : each) {
        if (in_view.contains(s.comment.id)) {
          stand(s, mode);
        } else {
          moved_.push_back(s.comment);
        }
      }
    }
    // Those whose place was not known before have one again.
    std::erase_if(moved_, [&](const Comment& comment) {
      if (!in_view.contains(comment.id)) return false;
      if (Has(live_, comment.id) || Has(stood_, comment.id)) return true;
      if (Scrolls(Route(comment.mode))) {
        place(comment);
      } else {
        stand({comment, 0, *last_, kMaxMediaTime + 1}, comment.mode);
      }
      return true;
    });
    for (const uint32_t id : planner_.TakeFinished()) {
      if (!TakeMoved(id)) return "Resize finished a comment that is on screen or was not shown";
    }
    return {};
  }

  std::string Clear() {
    planner_.Clear();
    live_.clear();
    stood_.clear();
    waiting_.clear();
    moved_.clear();
    recording_.clear();
    held_.reset();
    kept_at_.reset();
    Arrange();
    return {};
  }

  std::string SetEntryLimit(int32_t per_second) {
    limited_ = per_second > 0;
    return planner_.SetEntryLimit(per_second).ok() ? "" : "SetEntryLimit failed";
  }

  // One of those in view, if there is one. Not a live one of the viewer's own: it may lose its place and find another
  // while it is held, which no plan tells.
  std::string HoldOne(size_t choice) {
    const auto visible = planner_.VisibleComments();
    if (visible.empty()) return planner_.Hold(UINT32_MAX).ok() ? "Hold holds what is not there" : "";
    const Visible at = visible[choice % visible.size()];
    if (at.id < kFirstRecordedId && own_.contains(at.id)) return {};
    if (held_ && held_->id == at.id && !held_released_) return planner_.Hold(at.id).ok() ? "" : "Hold failed";
    if (!planner_.Hold(at.id).ok()) return "Hold failed";
    held_ = at;
    held_released_.reset();
    return {};
  }

  void Release() {
    planner_.Release();
    if (held_ && !held_released_) held_released_ = last_;
  }

  std::string Plan(MediaTime now) {
    if (kept_at_ && (now < *kept_at_ - 100'000 || std::abs(now - *last_) > options_.crossing)) {
      kept_at_.reset();
      Arrange();
    }
    last_ = now;
    recording_planned_ = true;
    const auto commands = planner_.Plan(now);
    if (!commands.ok()) return "Plan failed";
    commands_.assign(commands.value().begin(), commands.value().end());
    if (auto problem = canvas_.Execute(commands_); !problem.empty()) return problem;
    if (auto problem = LearnScrolling(now); !problem.empty()) return problem;
    if (auto problem = LearnStanding(now); !problem.empty()) return problem;
    if (auto problem = CheckEntered(now); !problem.empty()) return problem;
    if (auto problem = CheckDropped(now); !problem.empty()) return problem;
    if (auto problem = CheckFinished(now); !problem.empty()) return problem;
    if (auto problem = CheckWaiting(now); !problem.empty()) return problem;
    EndHold(now);
    return CheckScreen(now);
  }

  // What the last plan was.
  std::span<const Command> commands() const { return commands_; }
  const PixelCanvas& canvas() const { return canvas_; }
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
  struct Stood {
    Comment comment;
    int32_t row = 0;
    MediaTime from = 0, until = 0;
    bool At(MediaTime t) const { return from <= t && t < until; }
    bool Meets(const Stood& other) const { return row == other.row && from < other.until && other.from < until; }
  };
  struct Rectangle {
    int32_t x = 0, y = 0, width = 0, height = 0, scale = 1'000;
  };
  using Lanes = std::map<int32_t, std::vector<Placed>>;
  using Rows = std::map<Mode, std::vector<Stood>>;
  static constexpr std::array kStillModes{Mode::kFree, Mode::kTop, Mode::kBottom};

  // ------------------------------------------------------------------------------------------------ what is promised

  int32_t lanes() const { return planner_.lanes(); }
  int32_t reverse_lanes() const { return std::min(lanes(), options_.reverse_lanes); }
  int32_t still_rows() const {
    return std::min((options_.height - options_.top) / options_.lane_height, options_.still_rows);
  }
  bool Reversed(int32_t lane) const { return lane >= lanes() - reverse_lanes(); }
  bool Overlaps() const { return options_.overlap != Overlap::kNever; }
  int64_t Crossing(int32_t lane) const {
    return options_.crossing * (1'000'000 + options_.spread * (2 * (int64_t{lane} * 618 % 1'000) - 1'000)) / 1'000'000;
  }
  int64_t Distance(int32_t lane, MediaTime t) const { return options_.width * t / Crossing(lane); }
  MediaTime TimeOf(int32_t lane, int64_t distance) const {
    return (std::max<int64_t>(distance, 0) * Crossing(lane) + options_.width - 1) / options_.width;
  }
  int32_t WidthOf(const Comment& comment) const { return TextScaled(comment.width, options_.max_comment_width); }
  int32_t TextScaled(int32_t size, int32_t most) const {
    const int64_t scaled = (int64_t{size} * options_.text_scale + 999'999) / 1'000'000;
    return static_cast<int32_t>(std::min<int64_t>(scaled, most));
  }
  bool TooClose(const Placed& a, const Placed& b) const {
    return a.start < b.end() + options_.gap && b.start < a.end() + options_.gap;
  }
  Mode Route(Mode mode) const {
    if (mode == Mode::kFree) return mode;
    if ((mode == Mode::kTop || mode == Mode::kBottom) && still_rows() > 0) return mode;
    if (mode == Mode::kReverse && reverse_lanes() > 0) return mode;
    return reverse_lanes() < lanes() ? Mode::kScroll : Mode::kReverse;
  }
  static bool Scrolls(Mode mode) { return mode == Mode::kScroll || mode == Mode::kReverse; }
  static auto Rank(const Comment& c) { return std::tuple(!c.own, c.own ? 0 : -c.priority, c.at); }
  MediaTime Until(const Comment& comment, MediaTime from) const {
    return from + (comment.duration > 0 ? comment.duration : options_.still);
  }

  Rectangle SpotOf(const Stood& stood, Mode mode) const {
    const int32_t width = WidthOf(stood.comment);
    const bool free = mode == Mode::kFree;
    const int32_t height =
        free && stood.comment.height > 0 ? TextScaled(stood.comment.height, 16'384) : options_.lane_height;
    const auto fitting = [](int32_t size, int32_t room) {
      return size <= room ? 1'000 : std::max(1, static_cast<int32_t>(int64_t{room} * 1'000 / size));
    };
    const int32_t scale = std::min(fitting(width, options_.width), fitting(height, options_.height));
    const auto [w, h] = Scaled(width, height, scale);
    int32_t x = (options_.width - w) / 2;
    int32_t y = 0;
    if (free) {
      x = std::clamp(stood.comment.x * options_.width / 10'000, 0, std::max(0, options_.width - w));
      y = std::clamp(stood.comment.y * options_.height / 10'000, 0, std::max(0, options_.height - h)) -
          (height - h) / 2;
    } else if (mode == Mode::kTop) {
      y = options_.top + stood.row * options_.lane_height;
    } else {
      y = options_.height - (stood.row + 1) * options_.lane_height;
    }
    return {x - (width - w) / 2, y, width, height, scale};
  }

  static std::pair<int32_t, int32_t> Scaled(int32_t width, int32_t height, int32_t scale) {
    return {static_cast<int32_t>((int64_t{width} * scale + 999) / 1'000),
            static_cast<int32_t>((int64_t{height} * scale + 999) / 1'000)};
  }
  static bool Holds(const Rectangle& r, int32_t x, int32_t y) {
    const auto [w, h] = Scaled(r.width, r.height, r.scale);
    const int32_t left = r.x + (r.width - w) / 2;
    const int32_t upper = r.y + (r.height - h) / 2;
    return left <= x && x < left + w && upper <= y && y < upper + h;
  }

  // Plays the recording from moment to moment: those at which one arrives, and those at which a place may become free.
  void Arrange() {
    recorded_.clear();
    recorded_stood_.clear();
    lost_.clear();
    std::vector<Comment> waiting = recording_;
    std::set<MediaTime> moments;
    for (const Comment& comment : waiting) moments.insert(comment.at);
    std::vector<MediaTime> lane_free(static_cast<size_t>(lanes()), 0);
    std::map<Mode, std::vector<MediaTime>> row_free;
    for (const Mode mode : {Mode::kTop, Mode::kBottom}) row_free[mode].assign(static_cast<size_t>(still_rows()), 0);
    std::multiset<MediaTime> leaving;
    std::array<uint32_t, 2> turn{};
    while (!moments.empty() && !waiting.empty()) {
      const MediaTime t = *moments.begin();
      moments.erase(moments.begin());
      if (t > kMaxMediaTime) break;
      leaving.erase(leaving.begin(), leaving.upper_bound(t));
      std::set<Mode> blocked;
      while (true) {
        auto best = waiting.end();
        const auto rank = [](const Comment& c) { return std::tuple_cat(Rank(c), std::tuple(c.mode, c.id)); };
        for (auto each = waiting.begin(); each != waiting.end(); ++each) {
          if (each->at > t || blocked.contains(each->mode)) continue;
          if (!each->own && t - each->at > options_.patience) continue;
          if (best == waiting.end() || rank(*each) < rank(*best)) best = each;
        }
        if (best == waiting.end()) break;
        const Mode mode = Route(best->mode);
        const bool full = !best->own && leaving.size() >= static_cast<size_t>(options_.max_visible);
        // The places it may take, from the first on.
        const int32_t first = mode == Mode::kReverse ? lanes() - reverse_lanes() : 0;
        const int32_t end = mode == Mode::kReverse  ? lanes()
                            : mode == Mode::kScroll ? lanes() - reverse_lanes()
                                                    : still_rows();
        std::vector<MediaTime>& free = Scrolls(mode) ? lane_free : row_free[mode];
        std::optional<int32_t> place;
        if (mode == Mode::kFree) {
          place = 0;
        } else if (first < end) {
          const auto earliest = std::min_element(free.begin() + first, free.begin() + end);
          if (Scrolls(mode) && options_.overlap == Overlap::kAlways) {
            place =
                first + static_cast<int32_t>(turn[mode == Mode::kReverse ? 1 : 0] % static_cast<uint32_t>(end - first));
          } else if (*earliest <= t || Overlaps()) {
            const auto found = std::find_if(free.begin() + first, free.begin() + end,
                                            [&](MediaTime f) { return f <= std::max(t, *earliest); });
            place = static_cast<int32_t>(found - free.begin());
          }
        }
        if (!place || full) {
          blocked.insert(best->mode);
          continue;
        }
        if (Scrolls(mode)) {
          ++turn[mode == Mode::kReverse ? 1 : 0];
          const Placed placed{*best, Distance(*place, t) + options_.width, WidthOf(*best)};
          recorded_[*place].push_back(placed);
          MediaTime& until = free[static_cast<size_t>(*place)];
          until = std::max(until, TimeOf(*place, placed.end() + options_.gap - options_.width));
          moments.insert(until);
          leaving.insert(TimeOf(*place, placed.end()));
        } else {
          const Stood stood{*best, *place, t, Until(*best, t)};
          recorded_stood_[mode].push_back(stood);
          if (mode != Mode::kFree) {
            MediaTime& until = free[static_cast<size_t>(*place)];
            until = std::max(until, stood.until);
          }
          moments.insert(stood.until);
          leaving.insert(stood.until);
        }
        moments.insert(*leaving.rbegin());
        waiting.erase(best);
      }
      for (const MediaTime leaves : leaving) moments.insert(leaves);
    }
    for (const Comment& comment : waiting) lost_.insert(comment.id);
  }

  // -------------------------------------------------------------------------------------------- what the plan tells

  const Comment* Recorded(uint32_t id) const {
    const auto found =
        std::find_if(recording_.begin(), recording_.end(), [id](const Comment& c) { return c.id == id; });
    return found == recording_.end() ? nullptr : &*found;
  }

  template <class Places>
  static bool Has(const Places& places, uint32_t id) {
    return std::any_of(places.begin(), places.end(), [id](const auto& each) {
      return std::any_of(each.second.begin(), each.second.end(), [id](const auto& p) { return p.comment.id == id; });
    });
  }

  // The lane's column at which the comment starts, from a command that draws some of it.
  int64_t StartOf(const Command& c, int32_t width, MediaTime now) const {
    const int64_t strip = planner_.strip_width();
    const int64_t base = Distance(c.b, now) + options_.width + options_.max_comment_width - strip;
    const int64_t x = Reversed(c.b) ? strip - c.c - c.e : c.c;
    const int64_t column = base + ((x - base) % strip + strip) % strip;
    return column - (Reversed(c.b) ? width - c.g - c.e : c.g);
  }

  // Takes a comment that enters from those that wait. `left` is whether patience or time forbid it.
  std::string TakeWaiting(uint32_t id, MediaTime now, Comment& comment) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [id](const Comment& c) { return c.id == id; });
    const std::string name = "comment " + std::to_string(id);
    if (found == waiting_.end()) return name + " is drawn, but was not waiting";
    if (found->at > now && !again_.contains(id)) return name + " enters before its time";
    if (IsStale(*found, now)) return name + " enters though its patience ended";
    comment = *found;
    waiting_.erase(found);
    entered_.push_back(comment);
    return {};
  }

  std::optional<Comment> TakeMoved(uint32_t id) {
    const auto found = std::find_if(moved_.begin(), moved_.end(), [id](const Comment& c) { return c.id == id; });
    if (found == moved_.end()) return std::nullopt;
    const Comment comment = *found;
    moved_.erase(found);
    ++found_again_;
    return comment;
  }

  void Displace(const Comment& comment) {
    if (comment.own) {
      waiting_.push_back(comment);
      again_.insert(comment.id);
    } else {
      displaced_.insert(comment.id);
    }
  }

  void DisplaceFor(const Placed& placed, int32_t lane) {
    std::erase_if(live_[lane], [&](const Placed& other) {
      if (Overlaps() || !TooClose(other, placed)) return false;
      Displace(other.comment);
      return true;
    });
  }

  std::string LearnScrolling(MediaTime now) {
    entered_.clear();
    found_again_ = 0;
    displaced_.clear();
    for (const Command& c : commands_) {
      const auto id = static_cast<uint32_t>(c.a);
      if (c.op != Op::kRaster) continue;
      drawn_.insert(id);
      if (Has(live_, id) || Has(recorded_, id)) continue;
      const std::string name = "comment " + std::to_string(id);
      if (id >= kFirstRecordedId) {
        const Comment* comment = Recorded(id);
        if (!kept_at_ || comment == nullptr) return name + " is drawn, but has no place";
        Placed placed{*comment, StartOf(c, WidthOf(*comment), now), WidthOf(*comment)};
        recorded_[c.b].push_back(placed);
        continue;
      }
      if (const auto moved = TakeMoved(id)) {
        const Placed placed{*moved, StartOf(c, WidthOf(*moved), now), WidthOf(*moved)};
        if (placed.start == Distance(c.b, now) + options_.width) DisplaceFor(placed, c.b);
        live_[c.b].push_back(placed);
        continue;
      }
      Placed placed;
      if (auto problem = TakeWaiting(id, now, placed.comment); !problem.empty()) return problem;
      placed.width = WidthOf(placed.comment);
      placed.start = StartOf(c, placed.width, now);
      const Mode mode = Route(placed.comment.mode);
      placed.comment.at = now;
      if (!Scrolls(mode) || Reversed(c.b) != (mode == Mode::kReverse)) return name + " enters a lane of another kind";
      const int64_t edge = Distance(c.b, now) + options_.width;
      if (placed.start != edge) return name + " does not enter at the edge";
      if (!Overlaps()) {
        for (const Placed& other : live_[c.b]) {
          if (other.start <= edge && TooClose(other, placed)) return name + " enters too close to another one";
        }
        DisplaceFor(placed, c.b);
      }
      live_[c.b].push_back(placed);
    }
    return {};
  }

  // Of one whose end is not known the beginning is not, either.
  static void SeenStanding(Rows& rows, uint32_t id, MediaTime now) {
    for (auto& [mode, stands] : rows) {
      for (Stood& stood : stands) {
        if (stood.comment.id == id && stood.until > kMaxMediaTime) stood.from = std::min(stood.from, now);
      }
    }
  }

  std::string LearnStanding(MediaTime now) {
    // Those whose end is not known have ended once they are gone.
    const auto gone = [&](const Stood& stood) {
      if (stood.until <= kMaxMediaTime || (held_ && held_->id == stood.comment.id)) return false;
      return std::none_of(commands_.begin(), commands_.end(), [&](const Command& c) {
        return c.op == Op::kSprite && static_cast<uint32_t>(c.a) == stood.comment.id;
      });
    };
    for (auto& [mode, stands] : recorded_stood_) std::erase_if(stands, gone);
    for (auto& [mode, stands] : stood_) {
      std::erase_if(stands, [&](const Stood& stood) {
        if (!gone(stood)) return false;
        moved_.push_back(stood.comment);
        return true;
      });
    }
    // The modes of the sprites in order; a comment says its mode.
    for (const Command& c : canvas_.above()) {
      if (c.op != Op::kSprite) continue;
      const auto id = static_cast<uint32_t>(c.a);
      if (held_ && held_->id == id) continue;
      drawn_.insert(id);
      SeenStanding(stood_, id, now);
      SeenStanding(recorded_stood_, id, now);
      if (Has(stood_, id) || Has(recorded_stood_, id)) continue;
      const auto row = [&](Mode mode) {
        if (mode == Mode::kFree) return 0;
        return (mode == Mode::kTop ? c.c - options_.top : options_.height - c.c) / options_.lane_height -
               (mode == Mode::kTop ? 0 : 1);
      };
      const std::string name = "comment " + std::to_string(id);
      if (id >= kFirstRecordedId) {
        const Comment* comment = Recorded(id);
        if (!kept_at_ || comment == nullptr) return name + " stands, but has no place";
        // When it entered is not to be seen; it ends when it does.
        recorded_stood_[comment->mode].push_back({*comment, row(comment->mode), now, kMaxMediaTime + 1});
        continue;
      }
      if (const auto moved = TakeMoved(id)) {
        const bool again = moved->at > now;  // an own one that had lost its place
        stood_[moved->mode].push_back({*moved, row(moved->mode), again ? now : moved->at, kMaxMediaTime + 1});
        continue;
      }
      Comment comment;
      if (auto problem = TakeWaiting(id, now, comment); !problem.empty()) return problem;
      const Mode mode = Route(comment.mode);
      if (Scrolls(mode)) return name + " stands, but has no row";
      comment.at = now;
      const Stood stood{comment, row(mode), now, Until(comment, now)};
      if (stood.row < 0 || (mode != Mode::kFree && stood.row >= still_rows())) return name + " stands in no row";
      if (!Overlaps() && mode != Mode::kFree) {
        for (const Stood& other : stood_[mode]) {
          if (other.At(now) && other.row == stood.row) return name + " stands on another one";
        }
        std::erase_if(stood_[mode], [&](const Stood& other) {
          if (!other.Meets(stood) || other.until > kMaxMediaTime) return false;
          Displace(other.comment);
          return true;
        });
      }
      stood_[mode].push_back(stood);
    }
    return {};
  }

  std::string CheckEntered(MediaTime now) {
    if (entered_.size() > static_cast<size_t>(kEntriesPerPlan)) return "too many comments enter at one plan";
    for (const Comment& waiting : waiting_) {
      if (waiting.at > now || IsStale(waiting, now) || again_.contains(waiting.id)) continue;
      for (const Comment& entered : entered_) {
        if (again_.contains(entered.id) || entered.mode != waiting.mode || !(Rank(waiting) < Rank(entered))) continue;
        return "comment " + std::to_string(waiting.id) + " waits behind " + std::to_string(entered.id);
      }
    }
    const bool others = std::any_of(entered_.begin(), entered_.end(), [](const Comment& c) { return !c.own; });
    if (others && recording_.empty() && moved_.empty()) {
      size_t present = 0;
      for (const auto& [lane, places] : live_) {
        const int64_t distance = Distance(lane, now);
        present += static_cast<size_t>(std::count_if(places.begin(), places.end(), [&](const Placed& p) {
          return p.end() > distance && p.start <= distance + options_.width;
        }));
      }
      for (const auto& [mode, stands] : stood_) {
        present +=
            static_cast<size_t>(std::count_if(stands.begin(), stands.end(), [&](const Stood& s) { return s.At(now); }));
      }
      if (present > static_cast<size_t>(options_.max_visible)) return "more comments than max_visible are on screen";
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
    std::set<uint32_t> dropped;
    for (const Dropped& each : planner_.TakeDropped()) {
      dropped.insert(each.id);
      if (each.reason == DropReason::kLimit && !was_limited_) return "no limit let others enter";
    }
    return dropped == expected ? "" : "other comments were dropped";
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
      std::erase_if(places, [&](const Placed& p) { return p.end() <= distance && finished.erase(p.comment.id) == 1; });
    }
    for (auto& [mode, stands] : stood_) {
      std::erase_if(stands, [&](const Stood& s) { return s.until <= now && finished.erase(s.comment.id) == 1; });
    }
    std::erase_if(moved_, [&](const Comment& c) { return finished.erase(c.id) == 1; });
    if (held_ && std::find(taken.begin(), taken.end(), held_->id) != taken.end()) held_.reset();
    return finished.empty() ? "" : "a comment is finished too early";
  }

  std::string CheckWaiting(MediaTime now) {
    const size_t waiting = planner_.stats().waiting;
    const auto own_moved = static_cast<size_t>(
        std::count_if(moved_.begin(), moved_.end(), [](const Comment& comment) { return comment.own; }));
    if (waiting < waiting_.size() || waiting > waiting_.size() + own_moved) return "another number of comments waits";
    const bool crowded = entered_.size() + found_again_ >= static_cast<size_t>(kEntriesPerPlan);
    was_limited_ = was_limited_ || crowded || limited_;
    if (crowded || !moved_.empty()) return {};
    for (const Comment& comment : waiting_) {
      if (comment.at > now || again_.contains(comment.id) ||
          (!comment.own && (limited_ || options_.max_visible < 10'000)))
        continue;
      const Mode mode = Route(comment.mode);
      if (Scrolls(mode)) {
        for (int32_t lane = 0; lane < lanes(); ++lane) {
          if (Reversed(lane) != (mode == Mode::kReverse)) continue;
          const int64_t edge = Distance(lane, now) + options_.width;
          const auto shown = Shown(lane);
          const bool free =
              std::all_of(shown.begin(), shown.end(), [&](const Placed& p) { return p.end() + options_.gap <= edge; });
          if (Overlaps() || free) return "a comment waits though a lane is free";
        }
        continue;
      }
      if (Overlaps() || mode == Mode::kFree) return "a comment waits though it may overlap others";
      const auto stands = StandsAt(mode, now);
      for (int32_t row = 0; row < still_rows(); ++row) {
        const auto is_here = [&](const Stood& s) { return s.row == row; };
        const auto comes = [&](const Stood& s) { return s.row == row && s.from <= now + 100'000 && now < s.until; };
        if (std::none_of(stands.begin(), stands.end(), is_here) &&
            std::none_of(stood_[mode].begin(), stood_[mode].end(), comes)) {
          return "a comment waits though a row is free";
        }
      }
    }
    return {};
  }

  // --------------------------------------------------------------------------------------------- what is to be seen

  // While some live comments' places are not known, what of the recording they hide is not, either.
  bool MaybeHidden(uint32_t id) const { return !moved_.empty() && !drawn_.contains(id); }

  // The live comments' places, and those of the recorded comments that no live one hides, in the order in which they
  // are drawn.
  std::vector<Placed> Shown(int32_t lane) {
    std::vector<Placed> shown = live_[lane];
    for (const Placed& recorded : recorded_[lane]) {
      const auto& live = live_[lane];
      if ((Overlaps() ||
           std::none_of(live.begin(), live.end(), [&](const Placed& p) { return TooClose(p, recorded); })) &&
          !MaybeHidden(recorded.comment.id)) {
        shown.push_back(recorded);
      }
    }
    std::sort(shown.begin(), shown.end(), [](const Placed& a, const Placed& b) {
      return std::tuple(a.start, a.comment.id, a.width) < std::tuple(b.start, b.comment.id, b.width);
    });
    return shown;
  }

  std::vector<Stood> StandsAt(Mode mode, MediaTime now) {
    std::vector<Stood> stands;
    for (const Stood& stood : stood_[mode]) {
      if (stood.At(now)) stands.push_back(stood);
    }
    const auto& live = stood_[mode];
    for (const Stood& recorded : recorded_stood_[mode]) {
      const bool hidden = recorded.until <= kMaxMediaTime && !Overlaps() && mode != Mode::kFree &&
                          std::any_of(live.begin(), live.end(), [&](const Stood& s) { return s.Meets(recorded); });
      if (recorded.At(now) && !hidden && !MaybeHidden(recorded.comment.id)) stands.push_back(recorded);
    }
    std::sort(stands.begin(), stands.end(), [](const Stood& a, const Stood& b) {
      return std::tuple(a.from, a.comment.id) < std::tuple(b.from, b.comment.id);
    });
    return stands;
  }

  // Where the comment would be if it were not held.
  std::optional<int32_t> OwnX(uint32_t id, MediaTime now) {
    for (const Mode mode : kStillModes) {
      for (const Stood& stood : StandsAt(mode, now)) {
        if (stood.comment.id == id) return SpotOf(stood, mode).x;
      }
    }
    for (int32_t lane = 0; lane < lanes(); ++lane) {
      for (const Placed& p : Shown(lane)) {
        const int32_t x = ScreenX(lane, p, now);
        if (p.comment.id == id && x < options_.width && x + p.width > 0) return x;
      }
    }
    return std::nullopt;
  }

  int32_t ScreenX(int32_t lane, const Placed& placed, MediaTime now) const {
    const auto x = static_cast<int32_t>(placed.start - Distance(lane, now));
    return Reversed(lane) ? options_.width - x - placed.width : x;
  }

  // Whether it is known when each still comment entered, and so which is on top.
  bool KnowsOrder() const {
    const auto unknown = [](const auto& each) {
      return std::any_of(each.second.begin(), each.second.end(),
                         [](const Stood& s) { return s.until > kMaxMediaTime; });
    };
    return !kept_at_ && moved_.empty() && std::none_of(stood_.begin(), stood_.end(), unknown) &&
           std::none_of(recorded_stood_.begin(), recorded_stood_.end(), unknown);
  }

  void EndHold(MediaTime now) {
    if (!held_ || !held_released_) return;
    const MediaTime since = now - *held_released_;
    // Eased in per mille it is back a little earlier.
    if (since < -100'000 || since * 1'000 / 300'000 > 900 || !OwnX(held_->id, now)) held_.reset();
  }

  std::string CheckScreen(MediaTime now) {
    uint64_t visible = 0;
    std::set<uint32_t> in_view;
    const auto see = [&](uint32_t id) {
      ++visible;
      seen_.insert(id);
      in_view.insert(id);
    };
    std::map<int32_t, std::vector<PixelCanvas::Pixel>> screen;
    for (int32_t lane = 0; lane < lanes(); ++lane) {
      auto& expected = screen[lane];
      expected.resize(static_cast<size_t>(options_.width));
      const auto shown = Shown(lane);
      for (size_t i = 0; i < shown.size(); ++i) {
        const int32_t x = ScreenX(lane, shown[i], now);
        if (x >= options_.width || x + shown[i].width <= 0) continue;
        see(shown[i].comment.id);
        if (!Overlaps() && i > 0 && TooClose(shown[i - 1], shown[i])) return "two comments of a lane are too close";
        if (held_ && held_->id == shown[i].comment.id) continue;
        for (int32_t at = std::max(x, 0); at < std::min(x + shown[i].width, options_.width); ++at) {
          PixelCanvas::Pixel& pixel = expected[static_cast<size_t>(at)];
          pixel = pixel.Under(shown[i].comment.id, at - x);
        }
      }
      const auto actual = canvas_.screen(lane);
      for (int32_t x = 0; x < options_.width; ++x) {
        const auto pixel = expected[static_cast<size_t>(x)];
        const auto is = actual[static_cast<size_t>(x)];
        if (is != pixel) {
          return "lane " + std::to_string(lane) + " at x " + std::to_string(x) + " shows column " +
                 std::to_string(is.column) + " of " + std::to_string(is.comment) + ", not " +
                 std::to_string(pixel.column) + " of " + std::to_string(pixel.comment);
        }
      }
    }
    std::vector<std::pair<uint32_t, Rectangle>> sprites;
    for (const Mode mode : kStillModes) {
      const auto stands = StandsAt(mode, now);
      for (size_t i = 0; i < stands.size(); ++i) {
        see(stands[i].comment.id);
        for (size_t j = 0; j < i && !Overlaps() && mode != Mode::kFree; ++j) {
          if (stands[j].row == stands[i].row) return "two comments stand in one row";
        }
        if (held_ && held_->id == stands[i].comment.id) continue;
        sprites.emplace_back(stands[i].comment.id, SpotOf(stands[i], mode));
      }
    }
    if (auto problem = CheckSprites(sprites, now); !problem.empty()) return problem;
    if (auto problem = CheckPicks(screen, sprites); !problem.empty()) return problem;
    if (held_ && !in_view.contains(held_->id)) ++visible;
    if (planner_.stats().visible != visible) return "another number of comments is visible";
    if (planner_.VisibleComments().size() != visible) return "another number of comments is listed";
    return {};
  }

  // Adds the one that is held.
  std::string CheckSprites(std::vector<std::pair<uint32_t, Rectangle>>& expected, MediaTime now) {
    std::vector<Command> actual;
    for (const Command& c : canvas_.above()) {
      if (c.op == Op::kSprite) actual.push_back(c);
    }
    if (held_) {
      if (actual.empty() || static_cast<uint32_t>(actual.back().a) != held_->id)
        return "the held comment " + std::to_string(held_->id) + " is not drawn";
      const Command& c = actual.back();
      const Rectangle at{c.b, c.c, c.d, c.e, c.g};
      const auto [w, h] = Scaled(c.d, c.e, c.g);
      if (w != held_->width || h != held_->height) return "the held comment has another size";
      if (c.c + (c.e - h) / 2 != held_->y) return "the held comment is at another height";
      const int32_t left = c.b + (c.d - w) / 2;
      const auto own = held_released_ ? OwnX(held_->id, now) : std::nullopt;
      const auto [least, most] = std::minmax({held_->x, own ? *own + (c.d - w) / 2 : held_->x});
      if (left < least || left > most) return "the held comment is not where it was, nor on its way back";
      expected.emplace_back(held_->id, at);
    }
    if (actual.size() != expected.size()) {
      return "there are " + std::to_string(actual.size()) + " sprites, not " + std::to_string(expected.size());
    }
    if (!KnowsOrder()) {
      const size_t flowing = actual.size() - (held_ ? 1 : 0);
      const auto by_id = [flowing](auto& all, auto id_of) {
        std::sort(all.begin(), all.begin() + static_cast<ptrdiff_t>(flowing),
                  [&](const auto& a, const auto& b) { return id_of(a) < id_of(b); });
      };
      by_id(actual, [](const Command& c) { return static_cast<uint32_t>(c.a); });
      by_id(expected, [](const auto& sprite) { return sprite.first; });
    }
    for (size_t i = 0; i < actual.size(); ++i) {
      const auto& [id, r] = expected[i];
      const Command command{Op::kSprite, static_cast<int32_t>(id), r.x, r.y, r.width, r.height, 1'000, r.scale};
      if (actual[i] != command)
        return "sprite " + std::to_string(i) + " is not comment " + std::to_string(id) + " in its place";
    }
    return {};
  }

  std::string CheckPicks(const std::map<int32_t, std::vector<PixelCanvas::Pixel>>& screen,
                         const std::vector<std::pair<uint32_t, Rectangle>>& sprites) const {
    if (!KnowsOrder()) return {};
    for (const auto& [lane, pixels] : screen) {
      const int32_t y = options_.top + lane * options_.lane_height + options_.lane_height / 2;
      for (const int32_t x : {0, options_.width / 2, options_.width - 1}) {
        int64_t expected = pixels[static_cast<size_t>(x)].comment;
        for (const auto& [id, rectangle] : sprites) {
          if (Holds(rectangle, x, y)) expected = id;
        }
        const auto picked = planner_.Pick(x, y);
        if ((picked.ok() ? int64_t{picked.value()} : -1) != expected) return "Pick finds another comment than is shown";
      }
    }
    return {};
  }

  PlannerOptions options_;
  Planner planner_;
  PixelCanvas canvas_;
  std::vector<Command> commands_;
  std::optional<MediaTime> last_;
  bool recording_planned_ = false;
  std::optional<MediaTime> kept_at_;  // while a recording goes on from what a resize kept
  std::vector<Comment> recording_;
  std::set<uint32_t> lost_;
  Lanes recorded_;
  Rows recorded_stood_;
  Lanes live_;
  Rows stood_;
  std::vector<Comment> moved_;  // live ones whose place after a resize was not seen yet
  std::vector<Comment> waiting_;
  std::vector<Comment> entered_;  // at the last plan
  size_t found_again_ = 0;        // of moved_, at the last plan; own ones among them may have entered
  std::set<uint32_t> drawn_;
  std::set<uint32_t> own_;
  std::set<uint32_t> displaced_;
  std::set<uint32_t>
      again_;                // own ones that lost their place; a resize moves the time at which they may enter a little
  std::set<uint32_t> seen_;  // every comment that was ever in view
  std::optional<Visible> held_;
  std::optional<MediaTime> held_released_;
  bool limited_ = false;
  bool was_limited_ = false;  // or kEntriesPerPlan kept some waiting
};

}  // namespace sotto::overlay
