// Binding of sotto/comments: a room's comments and what they say together.
#include "comments.h"
#include "sotto/comments/comment_room.h"

SOTTO_DECLARE_ANSWER(ReceivedAnswer)
SOTTO_DECLARE_ANSWER(RoomStatus)
EMSCRIPTEN_DECLARE_VAL_TYPE(RoomTexts)
EMSCRIPTEN_DECLARE_VAL_TYPE(JudgedComments)
EMSCRIPTEN_DECLARE_VAL_TYPE(RoomSummary)
EMSCRIPTEN_DECLARE_VAL_TYPE(RoomEvents)

namespace {

using sotto::comments::CommentRoom;
using sotto::comments::FrameComment;
using sotto::comments::Head;
using sotto::comments::LabelNames;
using sotto::comments::Refusal;
using sotto::wasm::Answer;
using sotto::wasm::LoadedModel;
using sotto::wasm::val;
namespace analysis = sotto::comments::analysis;

template <class Items, class Convert>
val ListOf(const Items& items, const Convert& convert) {
  val list = val::array();
  for (const auto& item : items) list.call<void>("push", convert(item));
  return list;
}

template <class T>
void Set(val& object, const char* name, const T& value) {
  if constexpr (std::is_integral_v<T> && sizeof(T) > 4) {
    object.set(name, static_cast<double>(value));
  } else {
    object.set(name, value);
  }
}

inline void Fill(val&) {}
template <class T, class... Rest>
void Fill(val& object, const char* name, const T& value, const Rest&... rest) {
  Set(object, name, value);
  Fill(object, rest...);
}

template <class... Fields>
val Object(const Fields&... fields) {
  val object = val::object();
  Fill(object, fields...);
  return object;
}

val ToJs(const sotto::Error& error) {
  return Object("code", std::string(ErrorCodeName(error.code)), "message", error.message, "hint", error.hint);
}

val ToJs(const std::optional<sotto::Error>& problem) {
  return problem ? ToJs(*problem) : val::undefined();
}

val ToJs(const FrameComment& comment) {
  return Object("id", comment.id, "at", comment.at, "user", comment.user, "text", comment.text, "own", comment.own);
}

val ToJs(const CommentRoom::Answer& answer) {
  if (const auto* published = std::get_if<std::string>(&answer)) return val(*published);
  const auto& refusal = std::get<Refusal>(answer);
  return Object("code", refusal.code, "message", refusal.message, "hint", refusal.hint);
}

val ToJs(const analysis::Question& question) {
  return Object("text", question.text, "weight", question.weight, "viewers", question.askers, "since",
                question.first_s);
}

val ToJs(const analysis::MeanShift& change) {
  return Object("at", change.from_s, "from", change.before, "to", change.after);
}

val ToJs(const analysis::Event& event) {
  if (const auto* burst = std::get_if<analysis::BurstEvent>(&event.what)) {
    val detail = Object("began", burst->began, "rate", burst->burst.peak_rate);
    if (!burst->carrier.text.empty()) detail.set("keyword", burst->carrier.text);
    return Object("type", val("burst"), "detail", detail);
  }
  if (const auto* mood = std::get_if<analysis::MoodEvent>(&event.what)) {
    return Object("type", val("moodchange"), "detail", ToJs(mood->change));
  }
  const auto& asked = std::get<analysis::QuestionEvent>(event.what);
  return Object("type", val("trending"), "detail", Object("question", ToJs(asked.question)));
}

val MoodOf(const analysis::Summary& summary) {
  return Object("mean", summary.mood.mean, "error", sotto::comments::MoodError(summary), "positive",
                summary.mood.positive, "neutral", summary.mood.neutral, "negative", summary.mood.negative, "buckets",
                ListOf(summary.mood_buckets,
                       [](const analysis::MoodBucket& bucket) {
                         return Object("begin", bucket.begin_s, "mean", bucket.mean, "error", bucket.standard_error,
                                       "comments", bucket.comments);
                       }),
                "changes", ListOf(summary.mood_changes, [](const auto& change) { return ToJs(change); }));
}

std::unique_ptr<CommentRoom> Create() {
  return std::make_unique<CommentRoom>(CommentRoom::Create());
}

ReceivedAnswer Receive(CommentRoom& room, const Uint8List& frame, uint32_t wanted, double arrived_s) {
  const sotto::Bytes bytes = sotto::wasm::BytesOf(frame);
  return ReceivedAnswer(
      Answer(room.Receive({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, wanted, arrived_s),
             [](const CommentRoom::Received& received) {
               return Object("comments", ListOf(received.wanted, [](const auto* comment) { return ToJs(*comment); }),
                             "answers", ListOf(received.answers, [](const auto& answer) { return ToJs(answer); }),
                             "waiting", received.comments, "problem", ToJs(received.problem));
             }));
}

sotto::Status AddAll(CommentRoom& room, const RoomTexts& js_texts, const Float64List& times,
                     const RoomTexts& js_viewers, bool wanted, double programme_s, double arrived_s) {
  auto texts = emscripten::vecFromJSArray<std::string>(js_texts);
  auto viewers = emscripten::vecFromJSArray<std::string>(js_viewers);
  const auto at = emscripten::convertJSArrayToNumberVector<double>(times);
  if (viewers.size() != texts.size() || at.size() != texts.size()) return sotto::wasm::DifferentLengths();
  for (size_t i = 0; i < texts.size(); ++i) {
    FrameComment comment{.id = {}, .at = at[i], .user = std::move(viewers[i]), .text = std::move(texts[i])};
    SOTTO_RETURN_IF_ERROR(room.Add(std::move(comment), wanted, programme_s, arrived_s));
  }
  return {};
}

RoomStatus Add(CommentRoom& room, const RoomTexts& texts, const Float64List& times, const RoomTexts& viewers,
               bool wanted, double programme_s, double arrived_s) {
  return RoomStatus(Answer(AddAll(room, texts, times, viewers, wanted, programme_s, arrived_s)));
}

JudgedComments Judge(CommentRoom& room, LoadedModel& loaded, uint32_t most) {
  const CommentRoom::Judged judged = room.Judge(loaded.model, most);
  std::vector<float> numbers;
  for (const auto& verdict : judged.wanted) {
    if (verdict) {
      sotto::wasm::AppendVerdict(*verdict, numbers);
    } else {
      numbers.resize(numbers.size() + sotto::wasm::kVerdictNumbers, std::numeric_limits<float>::quiet_NaN());
    }
  }
  return JudgedComments(Object("verdicts", sotto::wasm::CopiedArray<float>(numbers), "waiting", judged.waiting,
                               "problem", ToJs(judged.problem), "events",
                               ListOf(room.TakeEvents(), [](const auto& event) { return ToJs(event); })));
}

RoomStatus SetProducts(CommentRoom& room, const RoomTexts& js_ids, const RoomTexts& js_zh, const RoomTexts& js_en,
                       const LoadedModel& loaded) {
  auto ids = emscripten::vecFromJSArray<std::string>(js_ids);
  auto zh = emscripten::vecFromJSArray<std::string>(js_zh);
  auto en = emscripten::vecFromJSArray<std::string>(js_en);
  if (zh.size() != ids.size() || en.size() != ids.size()) return RoomStatus(Answer(sotto::wasm::DifferentLengths()));
  std::vector<analysis::Product> products;
  for (size_t i = 0; i < ids.size(); ++i) {
    products.push_back({std::move(ids[i]), {std::move(zh[i]), std::move(en[i])}});
  }
  return RoomStatus(Answer(room.SetProducts(products, loaded.model)));
}

// By place; what is none means none.
void SetOnStage(CommentRoom& room, int32_t product) {
  room.SetOnStage(product < 0 ? std::nullopt : std::optional(static_cast<uint32_t>(product)));
}

RoomSummary Summarise(CommentRoom& room, double arrived_s) {
  const analysis::Summary summary = room.Summarise(arrived_s);
  val value = Object("at", summary.now_s, "comments", summary.comments, "leftOut", summary.left_out, "rate",
                     summary.rate, "mood", MoodOf(summary));
  if (summary.burst) {
    value.set("burst", Object("since", summary.burst->begin_s, "peak", summary.burst->peak_rate));
  }
  value.set("keywords", ListOf(summary.keywords, [](const analysis::Keyword& keyword) {
              return Object("text", keyword.text, "score", keyword.score, "count", keyword.count, "trend",
                            keyword.ratio);
            }));
  value.set("questions", ListOf(summary.questions, [](const auto& question) { return ToJs(question); }));
  value.set("products", ListOf(summary.products, [](const analysis::ProductOpinion& product) {
              const analysis::Opinion& named = product.named;
              return Object("id", product.id, "mentions", named.comments, "mean", named.mean, "low", named.low, "high",
                            named.high, "positive", named.positive, "neutral", named.neutral, "negative",
                            named.negative);
            }));
  val intents = val::object();
  const auto names = LabelNames(Head::kIntent);
  for (size_t i = 0; i < names.size(); ++i) intents.set(std::string(names[i]), summary.intents[i].recent);
  value.set("intents", intents);
  return RoomSummary(value);
}

RoomEvents TakeEvents(CommentRoom& room) {
  return RoomEvents(ListOf(room.TakeEvents(), [](const auto& event) { return ToJs(event); }));
}

}  // namespace

#define PROBLEM "{ code: string, message: string, hint: string }"

EMSCRIPTEN_BINDINGS(sotto_analysis) {
  SOTTO_REGISTER_ANSWER(ReceivedAnswer,
                        "{ comments: { id: string, at: number, user: string, text: string, own: boolean }[], answers: "
                        "(string | " PROBLEM ")[], waiting: number, problem: " PROBLEM " | undefined }");
  SOTTO_REGISTER_ANSWER(RoomStatus, "undefined");
  emscripten::register_type<RoomTexts>("readonly string[]");
  emscripten::register_type<JudgedComments>("{ verdicts: Float32Array, waiting: number, problem: " PROBLEM
                                            " | undefined, events: { type: string, detail: object }[] }");
  emscripten::register_type<RoomSummary>("{ at: number }");
  emscripten::register_type<RoomEvents>("{ type: string, detail: object }[]");
  emscripten::class_<CommentRoom>("CommentRoom")
      .class_function("create", &Create)
      .function("receive(frame, wanted, arrived)", &Receive)
      .function("add(texts, times, viewers, wanted, programme, arrived)", &Add)
      .function("judge(model, most)", &Judge)
      .function("setProducts(ids, zh, en, model)", &SetProducts)
      .function("setOnStage(product)", &SetOnStage)
      .function("summarise(arrived)", &Summarise)
      .function("takeEvents", &TakeEvents);
}
