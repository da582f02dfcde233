// Binding of sotto/overlay. Media times cross as doubles of whole microseconds.
#include "answer.h"
#include "sotto/overlay/planner.h"

SOTTO_DECLARE_ANSWER(PlannerAnswer)
SOTTO_DECLARE_ANSWER(PlannerStatus)
SOTTO_DECLARE_ANSWER(PlanAnswer)
SOTTO_DECLARE_ANSWER(PickAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(PlannerStats)
EMSCRIPTEN_DECLARE_VAL_TYPE(CommentIds)

namespace {

using sotto::overlay::Card;
using sotto::overlay::Command;
using sotto::overlay::Comment;
using sotto::overlay::Planner;
using sotto::overlay::PlannerOptions;
using sotto::wasm::Answer;
using sotto::wasm::val;
using sotto::wasm::Whole;

// The fields of PlannerOptions with times as doubles.
struct Options {
  int32_t width, height, lane_height, top, lanes, max_comment_width, gap;
  double crossing, patience;

  PlannerOptions ToCore() const {
    return {.width = width,
            .height = height,
            .lane_height = lane_height,
            .top = top,
            .lanes = lanes,
            .max_comment_width = max_comment_width,
            .gap = gap,
            .crossing = Whole(crossing),
            .patience = Whole(patience)};
  }
};

struct TimedCard {
  uint32_t id;
  double at, duration;
  int32_t x, y, width, height;
};

PlannerAnswer Create(const Options& options) {
  return PlannerAnswer(Answer(Planner::Create(options.ToCore()),
                              [](Planner&& planner) { return sotto::wasm::Owned(std::move(planner)); }));
}

PlannerStatus Resize(Planner& planner, const Options& options) {
  return PlannerStatus(Answer(planner.Resize(options.ToCore())));
}

PlannerStatus Push(Planner& planner, uint32_t id, int32_t width, double at, bool own) {
  return PlannerStatus(Answer(planner.Push({.id = id, .width = width, .at = Whole(at), .own = own})));
}

// Four arrays of one length.
PlannerStatus LoadRecording(Planner& planner, const Uint32List& ids, const Int32List& widths, const Float64List& times,
                            const Uint8List& own) {
  const auto id = emscripten::convertJSArrayToNumberVector<uint32_t>(ids);
  const auto width = emscripten::convertJSArrayToNumberVector<int32_t>(widths);
  const auto at = emscripten::convertJSArrayToNumberVector<double>(times);
  const auto mine = emscripten::convertJSArrayToNumberVector<uint8_t>(own);
  if (width.size() != id.size() || at.size() != id.size() || mine.size() != id.size()) {
    return PlannerStatus(Answer(sotto::wasm::DifferentLengths()));
  }
  std::vector<Comment> comments(id.size());
  for (size_t i = 0; i < id.size(); ++i) {
    comments[i] = {.id = id[i], .width = width[i], .at = Whole(at[i]), .own = mine[i] != 0};
  }
  return PlannerStatus(Answer(planner.LoadRecording(comments)));
}

PlannerStatus AddCard(Planner& planner, const TimedCard& card) {
  return PlannerStatus(Answer(planner.AddCard({.id = card.id,
                                               .at = Whole(card.at),
                                               .duration = Whole(card.duration),
                                               .x = card.x,
                                               .y = card.y,
                                               .width = card.width,
                                               .height = card.height})));
}

// A view of the core's memory: to be read before the next call of anything.
PlanAnswer Plan(Planner& planner, double now) {
  return PlanAnswer(Answer(planner.Plan(Whole(now)), [](std::span<const Command> commands) {
    constexpr size_t kInts = sizeof(Command) / sizeof(int32_t);
    return val(
        emscripten::typed_memory_view(commands.size() * kInts, reinterpret_cast<const int32_t*>(commands.data())));
  }));
}

CommentIds TakeDropped(Planner& planner) {
  return CommentIds(sotto::wasm::CopiedArray(planner.TakeDropped()));
}
CommentIds TakeFinished(Planner& planner) {
  return CommentIds(sotto::wasm::CopiedArray(planner.TakeFinished()));
}

PickAnswer Pick(const Planner& planner, int32_t x, int32_t y) {
  return PickAnswer(Answer(planner.Pick(x, y), [](uint32_t id) { return val(id); }));
}

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
  emscripten::value_object<Options>("PlannerOptions")
      .field("width", &Options::width)
      .field("height", &Options::height)
      .field("laneHeight", &Options::lane_height)
      .field("top", &Options::top)
      .field("lanes", &Options::lanes)
      .field("maxCommentWidth", &Options::max_comment_width)
      .field("gap", &Options::gap)
      .field("crossing", &Options::crossing)
      .field("patience", &Options::patience);
  emscripten::value_object<TimedCard>("PlannerCard")
      .field("id", &TimedCard::id)
      .field("at", &TimedCard::at)
      .field("duration", &TimedCard::duration)
      .field("x", &TimedCard::x)
      .field("y", &TimedCard::y)
      .field("width", &TimedCard::width)
      .field("height", &TimedCard::height);
  emscripten::class_<Planner>("Planner")
      .class_function("create(options)", &Create)
      .function("resize(options)", &Resize)
      .function("push(id, width, at, own)", &Push)
      .function("loadRecording(ids, widths, times, own)", &LoadRecording)
      .function("addCard(card)", &AddCard)
      .function("removeCard(id)", &Planner::RemoveCard)
      .function("clear", &Planner::Clear)
      .function("plan(now)", &Plan)
      .function("takeDropped", &TakeDropped)
      .function("takeFinished", &TakeFinished)
      .function("pick(x, y)", &Pick)
      .property("lanes", &Planner::lanes)
      .property("stripWidth", &Planner::strip_width)
      .property("stripHeight", &Planner::strip_height)
      .function("stats", &Stats);
}
