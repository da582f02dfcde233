// Binding of sotto/recommend/ranking: one room's ranker.
#include "model.h"
#include "sotto/recommend/content.h"
#include "sotto/recommend/ranking/room.h"

SOTTO_DECLARE_ANSWER(RankerAnswer)
SOTTO_DECLARE_ANSWER(RankerStatus)
SOTTO_DECLARE_ANSWER(RankAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(CatalogueProducts)
EMSCRIPTEN_DECLARE_VAL_TYPE(CatalogueCampaigns)
EMSCRIPTEN_DECLARE_VAL_TYPE(ViewerEvents)
EMSCRIPTEN_DECLARE_VAL_TYPE(CurrentOffers)
EMSCRIPTEN_DECLARE_VAL_TYPE(Request)
EMSCRIPTEN_DECLARE_VAL_TYPE(SegmentList)
EMSCRIPTEN_DECLARE_VAL_TYPE(NameList)

namespace {

using namespace sotto::recommend;  // NOLINT(google-build-using-namespace): this file is about nothing else
using sotto::wasm::Answer;
using sotto::wasm::val;
using sotto::wasm::Whole;

constexpr uint32_t kNowhere = std::numeric_limits<uint32_t>::max();  // a product that no catalogue has

// A product's number from JavaScript; anything that is none becomes one that the core refuses.
uint32_t Number(const val& value) {
  const double number = value.isNumber() ? value.as<double>() : -1;
  return number >= 0 && number < kNowhere && std::trunc(number) == number ? static_cast<uint32_t>(number) : kNowhere;
}

double Real(const val& value, double otherwise) {
  return value.isNumber() ? value.as<double>() : otherwise;
}

std::optional<uint32_t> OptionalNumber(const val& value) {
  return value.isUndefined() || value.isNull() ? std::nullopt : std::optional(Number(value));
}

template <class Convert>
auto Each(const val& list, Convert&& convert) {
  std::vector<decltype(convert(val::undefined()))> all;
  const auto length = list["length"].as<size_t>();
  all.reserve(length);
  for (size_t i = 0; i < length; ++i) all.push_back(convert(list[i]));
  return all;
}

std::vector<std::string> Names(const val& list) {
  return emscripten::vecFromJSArray<std::string>(list);
}

RankerAnswer Create(const CatalogueProducts& list, const std::string& version) {
  std::vector<Product> products;
  std::vector<TitleNgrams> ngrams;
  Each(list, [&](const val& one) {
    products.push_back({.id = one["id"].as<std::string>(),
                        .title = "",
                        .category = one["category"].as<std::string>(),
                        .price = Whole(one["price"].as<double>()),
                        .brand = one["brand"].as<std::string>(),
                        .image = emscripten::convertJSArrayToNumberVector<float>(one["image"])});
    ngrams.push_back(emscripten::convertJSArrayToNumberVector<uint32_t>(one["ngrams"]));
    return 0;
  });
  const auto made = [&]() -> sotto::Result<Room> {
    SOTTO_ASSIGN_OR_RETURN(const Matrix content, ContentVectors(products, ngrams, {}));
    SOTTO_ASSIGN_OR_RETURN(Ranker ranker, Ranker::Create(std::move(products), content, version));
    return Room(std::move(ranker));
  };
  return RankerAnswer(Answer(made(), [](Room&& room) { return sotto::wasm::Owned(std::move(room)); }));
}

RankerStatus UseModel(Room& room, const sotto::wasm::Model& model) {
  return RankerStatus(Answer(room.ranker().UseModel(model.named.info, model.named.model)));
}

RankerStatus UseScores(Room& room, const Float32List& scores) {
  return RankerStatus(Answer(room.ranker().UseScores(emscripten::convertJSArrayToNumberVector<float>(scores))));
}

RankerStatus SetOffers(Room& room, const CurrentOffers& list) {
  return RankerStatus(Answer(room.SetOffers(Each(list, [](const val& one) {
    return Offer{
        .product = Number(one["product"]),
        .price = Whole(Real(one["price"], -1)),
        .stock = static_cast<int32_t>(std::clamp<int64_t>(Whole(Real(one["stock"], -1), -2), -2, 1'000'000'000)),
        .coupon = static_cast<float>(Real(one["coupon"], 0))};
  }))));
}

RankerStatus SetCampaigns(Room& room, const CatalogueCampaigns& list) {
  return RankerStatus(Answer(room.SetCampaigns(Each(list, [](const val& one) {
    Campaign campaign;
    campaign.all = Names(one["all"]);
    campaign.any = Names(one["any"]);
    campaign.none = Names(one["none"]);
    campaign.product = Number(one["product"]);
    campaign.coupon = static_cast<float>(Real(one["coupon"], 0));
    campaign.from = Real(one["from"], 0);
    if (one["until"].isNumber()) campaign.until = one["until"].as<double>();
    return campaign;
  }))));
}

Event ToEvent(const val& one) {
  return {.product = Number(one["product"]),
          .kind = static_cast<EventKind>(std::min<uint32_t>(Number(one["kind"]), 255)),
          .at_ms = Whole(Real(one["at"], -1)),
          .on_stage = OptionalNumber(one["onStage"]),
          .mood = static_cast<float>(Real(one["mood"], 0))};
}

RankerStatus Observe(Room& room, const ViewerEvents& events) {
  for (const Event& event : Each(events, ToEvent)) {
    const sotto::Status status = room.ranker().Observe(event);
    if (!status.ok()) return RankerStatus(sotto::wasm::Failed(status.error()));
  }
  return RankerStatus(Answer(sotto::Status()));
}

RankerStatus Replay(Room& room, const ViewerEvents& events) {
  return RankerStatus(Answer(room.ranker().Replay(Each(events, ToEvent))));
}

Target ToTarget(const val& one) {
  const val category = one["category"];
  return {.product = OptionalNumber(one["product"]), .category = category.isString() ? category.as<std::string>() : ""};
}

RankRequest ToRequest(const Request& one) {
  RankRequest request;
  request.k = static_cast<uint32_t>(std::clamp<int64_t>(Whole(Real(one["k"], 0), 0), 0, kNowhere));
  request.include_engaged = one["includeEngaged"].as<bool>();
  request.diversity = static_cast<float>(one["diversity"].as<double>());
  request.context = {.on_stage = OptionalNumber(one["onStage"]),
                     .mood = static_cast<float>(Real(one["mood"], 0)),
                     .now_ms = Whole(Real(one["now"], -1))};
  if (one["seed"].isNumber()) request.exploration_seed = static_cast<uint64_t>(Whole(one["seed"].as<double>(), 0));
  const val rules = one["rules"];
  request.rules.pins = Each(rules["pins"], [](const val& pin) {
    return Pin{.product = Number(pin["product"]), .place = Number(pin["place"])};
  });
  request.rules.boosts = Each(rules["boosts"], [](const val& boost) {
    return Boost{.target = ToTarget(boost), .factor = static_cast<float>(Real(boost["factor"], 0))};
  });
  request.rules.caps = Each(rules["caps"], [](const val& cap) {
    const auto name = [&](const char* field) { return cap[field].isString() ? cap[field].as<std::string>() : ""; };
    return Cap{.category = name("category"), .brand = name("brand"), .most = Number(cap["most"])};
  });
  request.rules.exclusions = Each(rules["exclude"], ToTarget);
  return request;
}

val ToJs(const Recommendation& recommendation) {
  val value = val::object();
  value.set("product", recommendation.product);
  value.set("score", recommendation.score);
  value.set("reason", std::string(ReasonName(recommendation.reason)));
  value.set("because", recommendation.because ? val(*recommendation.because) : val::undefined());
  value.set("contributions", sotto::wasm::CopiedArray<float>(recommendation.contributions));
  value.set("contentShare", recommendation.content_share);
  return value;
}

val NumbersOf(const std::vector<size_t>& numbers) {
  return sotto::wasm::CopiedArray<uint32_t>(std::vector<uint32_t>(numbers.begin(), numbers.end()));
}

RankAnswer Rank(Room& room, const Request& request) {
  return RankAnswer(
      Answer(room.Rank(ToRequest(request), Real(request["programme"], 0)), [](const RoomRanking& ranking) {
        val list = val::array();
        for (const Recommendation& one : ranking.recommendations) list.call<void>("push", ToJs(one));
        val value = val::object();
        value.set("recommendations", list);
        value.set("campaigns", NumbersOf(ranking.campaigns));
        return value;
      }));
}

Uint32List Campaigns(const Room& room, double now, double programme) {
  return Uint32List(NumbersOf(room.Matching(Whole(now), programme)));
}

SegmentList Segments(const Room& room, double now) {
  val list = val::array();
  for (const Segment& segment : room.ranker().Segments(Whole(now))) {
    val value = val::object();
    value.set("name", segment.name);
    value.set("strength", segment.strength);
    list.call<void>("push", value);
  }
  return SegmentList(list);
}

Uint8List Learned(const Room& room) {
  return Uint8List(sotto::wasm::CopiedArray<uint8_t>(room.ranker().Learned()));
}

RankerStatus RestoreLearned(Room& room, const Uint8List& file) {
  return RankerStatus(Answer(room.ranker().RestoreLearned(sotto::wasm::BytesOf(file))));
}

void Forget(Room& room) {
  room.ranker().Forget();
}

NameList FeatureNames() {
  val names = val::array();
  for (size_t feature = 0; feature < kFeatures; ++feature) {
    names.call<void>("push", std::string(FeatureName(static_cast<Feature>(feature))));
  }
  return NameList(names);
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_ranker) {
  SOTTO_REGISTER_ANSWER(RankerAnswer, "Ranker");
  SOTTO_REGISTER_ANSWER(RankerStatus, "undefined");
  SOTTO_REGISTER_ANSWER(RankAnswer,
                        "{ recommendations: { product: number, score: number, reason: string, because: number | "
                        "undefined, contributions: Float32Array, contentShare: number }[], campaigns: Uint32Array }");
  emscripten::register_type<CatalogueProducts>(
      "readonly { id: string, category: string, brand: string, price: number, image: Float32Array, ngrams: Uint32Array "
      "}[]");
  emscripten::register_type<CatalogueCampaigns>(
      "readonly { all: readonly string[], any: readonly string[], none: readonly string[], product: number, coupon: "
      "number, from: number, until: number | undefined }[]");
  emscripten::register_type<ViewerEvents>(
      "readonly { product: number, kind: number, at: number, onStage?: number | undefined, mood?: number }[]");
  emscripten::register_type<CurrentOffers>(
      "readonly { product: number, price: number, stock: number, coupon: number }[]");
  emscripten::register_type<Request>(
      "{ k: number, includeEngaged: boolean, diversity: number, seed: number | undefined, onStage: number | undefined, "
      "mood: number, now: number, programme: number, rules: { pins: readonly { product: number, place: number }[], "
      "boosts: readonly { product?: number, category?: string, factor: number }[], caps: readonly { category?: string, "
      "brand?: string, most: number }[], exclude: readonly { product?: number, category?: string }[] } }");
  emscripten::register_type<SegmentList>("{ name: string, strength: number }[]");
  emscripten::register_type<NameList>("string[]");
  emscripten::function("featureNames", &FeatureNames);
  emscripten::class_<Room>("Ranker")
      .class_function("create(products, version)", &Create)
      .function("useModel(model)", &UseModel)
      .function("useScores(scores)", &UseScores)
      .function("setOffers(offers)", &SetOffers)
      .function("setCampaigns(campaigns)", &SetCampaigns)
      .function("observe(events)", &Observe)
      .function("replay(events)", &Replay)
      .function("rank(request)", &Rank)
      .function("campaigns(now, programme)", &Campaigns)
      .function("segments(now)", &Segments)
      .function("learned", &Learned)
      .function("restoreLearned(file)", &RestoreLearned)
      .function("forget", &Forget);
}
