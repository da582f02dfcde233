// Binding of sotto/overlay. Media times cross as doubles of whole microseconds.
#include "answer.h"
#include "sotto/overlay/planner.h"

SOTTO_DECLARE_ANSWER(PlannerAnswer)
SOTTO_DECLARE_ANSWER(PlannerStatus)
SOTTO_DECLARE_ANSWER(PlanAnswer)
SOTTO_DECLARE_ANSWER(PickAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(PlannerStats)
EMSCRIPTEN_DECLARE_VAL_TYPE(CommentIds)
EMSCRIPTEN_DECLARE_VAL_TYPE(Int32Rows)

namespace {

using sotto::overlay::Burst;
using sotto::overlay::Command;
using sotto::overlay::Comment;
using sotto::overlay::Dropped;
using sotto::overlay::Entrance;
using sotto::overlay::Mode;
using sotto::overlay::Overlap;
using sotto::overlay::Panel;
using sotto::overlay::Planner;
using sotto::overlay::PlannerOptions;
using sotto::overlay::Visible;
using sotto::wasm::Answer;
using sotto::wasm::val;
using sotto::wasm::Whole;

// The fields of PlannerOptions with times as doubles.
struct Options {
  int32_t width, height, lane_height, top, lanes, reverse_lanes, still_rows, max_comment_width, gap, text_scale, spread,
      max_visible, overlap;
  double crossing, patience, still;

  PlannerOptions ToCore() const {
    return {.width = width,
            .height = height,
            .lane_height = lane_height,
            .top = top,
            .lanes = lanes,
            .reverse_lanes = reverse_lanes,
            .still_rows = still_rows,
            .max_comment_width = max_comment_width,
            .gap = gap,
            .text_scale = text_scale,
            .spread = spread,
            .max_visible = max_visible,
            .overlap = static_cast<Overlap>(0 <= overlap && overlap <= 2 ? overlap : 255),
            .crossing = Whole(crossing),
            .patience = Whole(patience),
            .still = Whole(still)};
  }
};

struct TimedPanel {
  uint32_t id;
  double at, duration;
  int32_t x, y, width, height, entrance;
};

struct TimedBurst {
  uint32_t seed;
  double at;
  int32_t x, y, count, size, rise, pictures, first_picture;
};

PlannerAnswer Create(const Options& options) {
  return PlannerAnswer(Answer(Planner::Create(options.ToCore()),
                              [](Planner&& planner) { return sotto::wasm::Owned(std::move(planner)); }));
}

PlannerStatus Resize(Planner& planner, const Options& options) {
  return PlannerStatus(Answer(planner.Resize(options.ToCore())));
}

// A comment as ten numbers: id, width, at, own, mode, priority, duration, x, y, height.
constexpr size_t kCommentFields = 10;

// A number that the core refuses in this place if it is no int32.
int32_t Small(double value) {
  const int64_t whole = Whole(value);
  return whole == static_cast<int32_t>(whole) ? static_cast<int32_t>(whole) : std::numeric_limits<int32_t>::min();
}

Comment CommentOf(const double* fields) {
  return {.id = static_cast<uint32_t>(Whole(fields[0], 0)),
          .width = Small(fields[1]),
          .at = Whole(fields[2]),
          .own = fields[3] != 0,
          .mode = static_cast<Mode>(0 <= fields[4] && fields[4] <= 4 ? Small(fields[4]) : 255),
          .priority = Small(fields[5]),
          .duration = Whole(fields[6]),
          .x = Small(fields[7]),
          .y = Small(fields[8]),
          .height = Small(fields[9])};
}

std::vector<Comment> CommentsOf(const Float64List& list) {
  const auto fields = emscripten::convertJSArrayToNumberVector<double>(list);
  std::vector<Comment> comments;
  comments.reserve(fields.size() / kCommentFields);
  for (size_t i = 0; i + kCommentFields <= fields.size(); i += kCommentFields) {
    comments.push_back(CommentOf(fields.data() + i));
  }
  return comments;
}

PlannerStatus Push(Planner& planner, const Float64List& comments) {
  for (const Comment& comment : CommentsOf(comments)) {
    if (const sotto::Status status = planner.Push(comment); !status.ok()) return PlannerStatus(Answer(status));
  }
  return PlannerStatus(Answer(sotto::Status()));
}

PlannerStatus LoadRecording(Planner& planner, const Float64List& comments) {
  return PlannerStatus(Answer(planner.LoadRecording(CommentsOf(comments))));
}

// Two arrays of one length.
PlannerStatus SetChanges(Planner& planner, const Float64List& times, const Uint32List& ids) {
  const auto at = emscripten::convertJSArrayToNumberVector<double>(times);
  const auto id = emscripten::convertJSArrayToNumberVector<uint32_t>(ids);
  if (at.size() != id.size()) return PlannerStatus(Answer(sotto::wasm::DifferentLengths()));
  std::vector<Planner::Change> changes(id.size());
  for (size_t i = 0; i < id.size(); ++i) changes[i] = {.at = Whole(at[i]), .id = id[i]};
  return PlannerStatus(Answer(planner.SetChanges(changes)));
}

PlannerStatus SetEntryLimit(Planner& planner, double per_second) {
  return PlannerStatus(Answer(planner.SetEntryLimit(Small(per_second))));
}

PlannerStatus SetRasterLimit(Planner& planner, double per_plan) {
  return PlannerStatus(Answer(planner.SetRasterLimit(Small(per_plan))));
}

PlannerStatus Hold(Planner& planner, uint32_t id) {
  return PlannerStatus(Answer(planner.Hold(id)));
}

PlannerStatus AddPanel(Planner& planner, const TimedPanel& panel) {
  const bool known = 0 <= panel.entrance && panel.entrance <= 2;
  return PlannerStatus(Answer(planner.AddPanel({.id = panel.id,
                                                .at = Whole(panel.at),
                                                .duration = Whole(panel.duration),
                                                .x = panel.x,
                                                .y = panel.y,
                                                .width = panel.width,
                                                .height = panel.height,
                                                .entrance = static_cast<Entrance>(known ? panel.entrance : 255)})));
}

PlannerStatus AddBurst(Planner& planner, const TimedBurst& burst) {
  return PlannerStatus(Answer(planner.AddBurst({.seed = burst.seed,
                                                .at = Whole(burst.at),
                                                .x = burst.x,
                                                .y = burst.y,
                                                .count = burst.count,
                                                .size = burst.size,
                                                .rise = burst.rise,
                                                .pictures = burst.pictures,
                                                .first_picture = burst.first_picture})));
}

PlannerStatus SetHost(Planner& planner, int32_t x, int32_t y, int32_t width, int32_t height) {
  return PlannerStatus(Answer(planner.SetHost(x, y, width, height)));
}

PlannerStatus SetStillTop(Planner& planner, double y) {
  return PlannerStatus(Answer(planner.SetStillTop(Small(y))));
}

// A view of the core's memory: to be read before the next call of anything.
PlanAnswer Plan(Planner& planner, double now) {
  return PlanAnswer(Answer(planner.Plan(Whole(now)), [](std::span<const Command> commands) {
    constexpr size_t kInts = sizeof(Command) / sizeof(int32_t);
    return val(
        emscripten::typed_memory_view(commands.size() * kInts, reinterpret_cast<const int32_t*>(commands.data())));
  }));
}

// Pairs of an id and a reason.
CommentIds Flat(std::span<const Dropped> dropped) {
  std::vector<uint32_t> flat;
  flat.reserve(2 * dropped.size());
  for (const Dropped& each : dropped) flat.insert(flat.end(), {each.id, static_cast<uint32_t>(each.reason)});
  return CommentIds(sotto::wasm::CopiedArray(std::span<const uint32_t>(flat)));
}

CommentIds RecordingDropped(const Planner& planner) {
  return Flat(planner.recording_dropped());
}
CommentIds TakeDropped(Planner& planner) {
  return Flat(planner.TakeDropped());
}
CommentIds TakeFinished(Planner& planner) {
  return CommentIds(sotto::wasm::CopiedArray(planner.TakeFinished()));
}

PickAnswer Pick(const Planner& planner, int32_t x, int32_t y) {
  return PickAnswer(Answer(planner.Pick(x, y), [](uint32_t id) { return val(id); }));
}

// Five numbers a comment: id, x, y, width, height.
Int32Rows VisibleComments(Planner& planner) {
  const std::span<const Visible> visible = planner.VisibleComments();
  return Int32Rows(sotto::wasm::CopiedArray(
      std::span<const int32_t>(reinterpret_cast<const int32_t*>(visible.data()), 5 * visible.size())));
}
static_assert(sizeof(Visible) == 5 * sizeof(int32_t));

PlannerStats Stats(const Planner& planner) {
  const sotto::overlay::Stats stats = planner.stats();
  val value = val::object();
  value.set("admitted", static_cast<double>(stats.admitted));
  value.set("dropped", static_cast<double>(stats.dropped));
  value.set("waiting", static_cast<double>(stats.waiting));
  value.set("visible", static_cast<double>(stats.visible));
  return PlannerStats(value);
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_overlay) {
  SOTTO_REGISTER_ANSWER(PlannerAnswer, "Planner");
  SOTTO_REGISTER_ANSWER(PlannerStatus, "undefined");
  SOTTO_REGISTER_ANSWER(PlanAnswer, "Int32Array");
  SOTTO_REGISTER_ANSWER(PickAnswer, "number");
  emscripten::register_type<PlannerStats>("{ admitted: number, dropped: number, waiting: number, visible: number }");
  emscripten::register_type<CommentIds>("Uint32Array");
  emscripten::register_type<Int32Rows>("Int32Array");
  emscripten::value_object<Options>("PlannerOptions")
      .field("width", &Options::width)
      .field("height", &Options::height)
      .field("laneHeight", &Options::lane_height)
      .field("top", &Options::top)
      .field("lanes", &Options::lanes)
      .field("reverseLanes", &Options::reverse_lanes)
      .field("stillRows", &Options::still_rows)
      .field("maxCommentWidth", &Options::max_comment_width)
      .field("gap", &Options::gap)
      .field("textScale", &Options::text_scale)
      .field("spread", &Options::spread)
      .field("maxVisible", &Options::max_visible)
      .field("overlap", &Options::overlap)
      .field("crossing", &Options::crossing)
      .field("patience", &Options::patience)
      .field("still", &Options::still);
  emscripten::value_object<TimedPanel>("PlannerPanel")
      .field("id", &TimedPanel::id)
      .field("at", &TimedPanel::at)
      .field("duration", &TimedPanel::duration)
      .field("x", &TimedPanel::x)
      .field("y", &TimedPanel::y)
      .field("width", &TimedPanel::width)
      .field("height", &TimedPanel::height)
      .field("entrance", &TimedPanel::entrance);
  emscripten::value_object<TimedBurst>("PlannerBurst")
      .field("seed", &TimedBurst::seed)
      .field("at", &TimedBurst::at)
      .field("x", &TimedBurst::x)
      .field("y", &TimedBurst::y)
      .field("count", &TimedBurst::count)
      .field("size", &TimedBurst::size)
      .field("rise", &TimedBurst::rise)
      .field("pictures", &TimedBurst::pictures)
      .field("firstPicture", &TimedBurst::first_picture);
  emscripten::class_<Planner>("Planner")
      .class_function("create(options)", &Create)
      .function("resize(options)", &Resize)
      .function("push(comments)", &Push)
      .function("loadRecording(comments)", &LoadRecording)
      .function("recordingDropped", &RecordingDropped)
      .function("setChanges(times, ids)", &SetChanges)
      .function("redraw(id)", &Planner::Redraw)
      .function("invalidate", &Planner::Invalidate)
      .function("setEntryLimit(perSecond)", &SetEntryLimit)
      .function("setRasterLimit(perPlan)", &SetRasterLimit)
      .function("hold(id)", &Hold)
      .function("release", &Planner::Release)
      .function("addPanel(panel)", &AddPanel)
      .function("removePanel(id)", &Planner::RemovePanel)
      .function("addBurst(burst)", &AddBurst)
      .function("setHost(x, y, width, height)", &SetHost)
      .function("setStillTop(y)", &SetStillTop)
      .function("setMask(present)", &Planner::SetMask)
      .function("clear", &Planner::Clear)
      .function("plan(now)", &Plan)
      .function("takeDropped", &TakeDropped)
      .function("takeFinished", &TakeFinished)
      .function("pick(x, y)", &Pick)
      .function("visibleComments", &VisibleComments)
      .property("lanes", &Planner::lanes)
      .property("stripWidth", &Planner::strip_width)
      .property("stripHeight", &Planner::strip_height)
      .property("settled", &Planner::settled)
      .function("stats", &Stats);
}
