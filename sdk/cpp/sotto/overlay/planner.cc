#include "sotto/overlay/planner.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sotto/overlay/cards.h"
#include "sotto/overlay/geometry.h"
#include "sotto/overlay/lanes.h"
#include "sotto/overlay/row.h"
#include "sotto/overlay/timeline.h"
#include "sotto/overlay/waiting.h"

namespace sotto::overlay {
namespace {

constexpr size_t kMaxWaiting = 10'000;
constexpr size_t kMaxRecorded = 1'000'000;
constexpr MediaTime kFirstChance = 100'000;

bool IsMediaTime(MediaTime time) {
  return 0 <= time && time <= kMaxMediaTime;
}

Error NotAMediaTime(const std::string& what, MediaTime time) {
  return {ErrorCode::kInvalidArgument, what + " is " + std::to_string(time) + " microseconds.",
          "Give media time from 0 to 30 days."};
}

Status CheckComment(const Comment& comment) {
  if (comment.width < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "comment " + std::to_string(comment.id) + " has width " + std::to_string(comment.width) + ".",
                 "Measure its drawing; it is at least 1 pixel wide."};
  }
  if (!IsMediaTime(comment.at)) return NotAMediaTime("the time of comment " + std::to_string(comment.id), comment.at);
  return {};
}

std::span<const uint32_t> Take(std::vector<uint32_t>& pending, std::vector<uint32_t>& taken) {
  taken.clear();
  std::swap(pending, taken);
  return taken;
}

}  // namespace

struct Planner::Parts {
  explicit Parts(const Geometry& sizes) : geometry(sizes), lanes(sizes), rows(MakeRows()) {}

  std::vector<Row> MakeRows() const {
    std::vector<Row> made;
    made.reserve(static_cast<size_t>(geometry.lanes));
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) made.emplace_back(geometry, lane);
    return made;
  }

  void ConnectRecording() {
    for (int32_t lane = 0; lane < geometry.lanes; ++lane)
      rows[static_cast<size_t>(lane)].SetRecorded(timeline.lane(lane));
  }

  // Live comments that lost their place: own ones wait for another.
  void Displace(std::span<const Comment> comments) {
    for (const Comment& comment : comments) {
      if (comment.own) {
        waiting.Push(comment);
      } else {
        finished.push_back(comment.id);
      }
    }
  }

  // Gives the live comments of other lanes, `before`, places on these, in the order in which they had entered.
  void Rearrange(std::span<const Row> before) {
    std::vector<Comment> comments;
    for (const Row& row : before) {
      for (const LiveComment& live : row.live()) comments.push_back(live.comment);
    }
    std::ranges::sort(comments,
                      [](const Comment& a, const Comment& b) { return std::tie(a.at, a.id) < std::tie(b.at, b.id); });
    Lanes planned(geometry);
    for (Comment& comment : comments) {
      if (const auto slot = planned.Reserve(comment)) {
        comment.at = slot->enters;
        rows[static_cast<size_t>(slot->lane)].Append({comment, slot->place});
      } else {
        Displace({&comment, 1});
      }
    }
  }

  void Admit(MediaTime now) {
    const size_t dropped_before = dropped.size();
    waiting.DropBefore(now - std::max(geometry.patience, kFirstChance), dropped);
    dropped_in_all += dropped.size() - dropped_before;
    while (const Comment* next = waiting.Next(now)) {
      const auto lane = lanes.FirstFree(now);
      if (!lane) return;
      Comment comment = *next;
      comment.at = now;
      waiting.Pop(now);
      displaced.clear();
      rows[static_cast<size_t>(*lane)].Admit(comment, lanes, commands, displaced, finished);
      Displace(displaced);
      ++admitted;
    }
  }

  void Plan(MediaTime now) {
    commands.clear();
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      rows[static_cast<size_t>(lane)].MoveTo(lanes.Distance(lane, now), lanes, commands);
    }
    Admit(now);
    for (Row& row : rows) row.ShowRecorded(lanes, commands);
    for (const Row& row : rows) row.Blit(commands);
    cards.Show(now, commands);
  }

  Geometry geometry;
  Lanes lanes;
  std::vector<Row> rows;  // by lane
  Timeline timeline;
  Waiting waiting;
  Cards cards;
  Commands commands;
  std::vector<Comment> displaced;  // kept for its memory
  std::vector<uint32_t> dropped, dropped_taken;
  std::vector<uint32_t> finished, finished_taken;
  uint64_t admitted = 0;
  uint64_t dropped_in_all = 0;
};

Planner::Planner(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Planner::Planner(Planner&&) noexcept = default;
Planner& Planner::operator=(Planner&&) noexcept = default;
Planner::~Planner() = default;

Result<Planner> Planner::Create(const PlannerOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(const Geometry geometry, Geometry::From(options));
  return Planner(std::make_unique<Parts>(geometry));
}

Status Planner::Resize(const PlannerOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(parts_->geometry, Geometry::From(options));
  parts_->lanes = Lanes(parts_->geometry);
  const std::vector<Row> before = std::exchange(parts_->rows, parts_->MakeRows());
  parts_->Rearrange(before);
  parts_->timeline.Arrange(parts_->geometry);
  parts_->ConnectRecording();
  return {};
}

Status Planner::Push(const Comment& comment) {
  SOTTO_RETURN_IF_ERROR(CheckComment(comment));
  if (parts_->waiting.size() >= kMaxWaiting) {
    return Error{ErrorCode::kResourceExhausted, "10,000 comments wait for a lane already.",
                 "Choose among the comments before they are pushed, or check that frames are planned."};
  }
  parts_->waiting.Push(comment);
  return {};
}

Status Planner::LoadRecording(std::span<const Comment> comments) {
  if (comments.size() > kMaxRecorded) {
    return Error{ErrorCode::kResourceExhausted,
                 "a recording of " + std::to_string(comments.size()) + " comments is larger than 1,000,000.",
                 "Load the part around the media time."};
  }
  for (const Comment& comment : comments) SOTTO_RETURN_IF_ERROR(CheckComment(comment));
  parts_->timeline.Load(comments, parts_->geometry);
  parts_->ConnectRecording();
  return {};
}

Status Planner::AddCard(const Card& card) {
  return parts_->cards.Add(card);
}

void Planner::RemoveCard(uint32_t id) {
  parts_->cards.Remove(id);
}

void Planner::Clear() {
  parts_->rows = parts_->MakeRows();
  parts_->timeline.Load({}, parts_->geometry);
  parts_->waiting.Clear();
  parts_->cards.Clear();
  parts_->dropped.clear();
  parts_->finished.clear();
}

Result<std::span<const Command>> Planner::Plan(MediaTime now) {
  if (!IsMediaTime(now)) return NotAMediaTime("the time to plan", now);
  parts_->Plan(now);
  return std::span<const Command>(parts_->commands);
}

std::span<const uint32_t> Planner::TakeDropped() {
  return Take(parts_->dropped, parts_->dropped_taken);
}

std::span<const uint32_t> Planner::TakeFinished() {
  return Take(parts_->finished, parts_->finished_taken);
}

Result<uint32_t> Planner::Pick(int32_t x, int32_t y) const {
  const Geometry& geometry = parts_->geometry;
  if (0 <= x && x < geometry.width && geometry.top <= y && y < geometry.top + strip_height()) {
    const auto lane = static_cast<size_t>((y - geometry.top) / geometry.lane_height);
    if (const auto id = parts_->rows[lane].Pick(x)) return *id;
  }
  return Error{ErrorCode::kNotFound,
               "there is no comment at " + std::to_string(x) + ", " + std::to_string(y) + " of the screen.", ""};
}

int32_t Planner::lanes() const {
  return parts_->geometry.lanes;
}

int32_t Planner::strip_width() const {
  return parts_->geometry.strip_width;
}

int32_t Planner::strip_height() const {
  return parts_->geometry.lanes * parts_->geometry.lane_height;
}

Stats Planner::stats() const {
  Stats stats;
  stats.admitted = parts_->admitted + parts_->timeline.admitted();
  stats.dropped = parts_->dropped_in_all + parts_->timeline.dropped();
  stats.waiting = parts_->waiting.size();
  for (const Row& row : parts_->rows) stats.visible += row.visible();
  return stats;
}

}  // namespace sotto::overlay
