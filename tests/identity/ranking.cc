// A scripted ranker, one call a line. Numbers of floating point are their bits, texts are hexadecimal and "." if empty,
// a product or moment that is not there is -1. Lists begin with their length.
//   catalogue version products: id title category brand price
//   model bytes                  of a model file
//   drop role
//   scores list: value
//   offers list: product price stock coupon
//   observe product kind at_ms on_stage mood
//   replay list: as observe
//   rank k include_engaged on_stage mood now_ms diversity seed
//        pins: product place; boosts: product category factor; caps: category brand most; exclusions: product category
//   learned
//   restore bytes
//   segments now_ms
//   forget
// Each prints one line: what it returned, [] if that is nothing, or the error. A ranking is, for each product: number,
// score, reason, because, share of content, and a contribution for each feature. Learned weights are their file in
// hexadecimal. A segment is its name and strength.
#include <optional>

#include "lines.h"
#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/models/load.h"
#include "sotto/recommend/ranking/ranker.h"

namespace sotto::identity {
namespace {

using recommend::Ranker;

template <class T>
T Read(std::istream& in) {
  T value{};
  in >> value;
  return value;
}

float ReadFloat(std::istream& in) {
  return std::bit_cast<float>(Read<uint32_t>(in));
}

std::string ReadText(std::istream& in) {
  const auto field = Read<std::string>(in);
  return field == "." ? "" : Unhex(field);
}

std::optional<uint32_t> ReadProduct(std::istream& in) {
  const auto product = Read<int64_t>(in);
  return product < 0 ? std::nullopt : std::optional(static_cast<uint32_t>(product));
}

template <class Item>
auto ReadList(std::istream& in, Item read) {
  std::vector<decltype(read())> list(Read<size_t>(in));
  for (auto& item : list) item = read();
  return list;
}

Result<Ranker> ReadCatalogue(std::istream& in) {
  const std::string version = ReadText(in);
  const auto products = ReadList(in, [&in] {
    recommend::Product product;
    in >> product.id;
    product.title = ReadText(in);
    product.category = ReadText(in);
    product.brand = ReadText(in);
    in >> product.price;
    return product;
  });
  SOTTO_ASSIGN_OR_RETURN(const recommend::Matrix content, recommend::ContentVectors(products, {}));
  return Ranker::Create(products, content, version);
}

recommend::Event ReadEvent(std::istream& in) {
  recommend::Event event;
  in >> event.product;
  event.kind = static_cast<recommend::EventKind>(Read<uint32_t>(in));
  in >> event.at_ms;
  event.on_stage = ReadProduct(in);
  event.mood = ReadFloat(in);
  return event;
}

recommend::Target ReadTarget(std::istream& in) {
  const auto product = ReadProduct(in);
  return {.product = product, .category = ReadText(in)};
}

recommend::RankRequest ReadRequest(std::istream& in) {
  recommend::RankRequest request;
  in >> request.k >> request.include_engaged;
  request.context.on_stage = ReadProduct(in);
  request.context.mood = ReadFloat(in);
  in >> request.context.now_ms;
  request.diversity = ReadFloat(in);
  if (const auto seed = Read<int64_t>(in); seed >= 0) request.exploration_seed = static_cast<uint64_t>(seed);
  request.rules.pins = ReadList(in, [&in] {
    const auto product = Read<uint32_t>(in);
    return recommend::Pin{.product = product, .place = Read<uint32_t>(in)};
  });
  request.rules.boosts = ReadList(in, [&in] {
    recommend::Target target = ReadTarget(in);
    return recommend::Boost{.target = std::move(target), .factor = ReadFloat(in)};
  });
  request.rules.caps = ReadList(in, [&in] {
    recommend::Cap cap;
    cap.category = ReadText(in);
    cap.brand = ReadText(in);
    in >> cap.most;
    return cap;
  });
  request.rules.exclusions = ReadList(in, [&in] { return ReadTarget(in); });
  return request;
}

Status UseModel(Ranker& ranker, std::istream& in) {
  SOTTO_ASSIGN_OR_RETURN(const auto model, recommend::LoadModel(FromHex(Read<std::string>(in)).value()));
  return ranker.UseModel(model.info, model.model);
}

Status SetOffers(Ranker& ranker, std::istream& in) {
  return ranker.SetOffers(ReadList(in, [&in] {
    recommend::Offer offer;
    in >> offer.product >> offer.price >> offer.stock;
    offer.coupon = ReadFloat(in);
    return offer;
  }));
}

Status Rank(const Ranker& ranker, std::istream& in, Line& line) {
  SOTTO_ASSIGN_OR_RETURN(const auto ranking, ranker.Rank(ReadRequest(in)));
  for (const recommend::Recommendation& one : ranking) {
    line.Int(one.product)
        .Bits(one.score)
        .Int(static_cast<int64_t>(one.reason))
        .Int(one.because ? static_cast<int64_t>(*one.because) : -1)
        .Bits(one.content_share);
    for (const float contribution : one.contributions) line.Bits(contribution);
  }
  return {};
}

Status Call(const std::string& call, std::istream& in, std::optional<Ranker>& ranker, Line& line) {
  if (call == "catalogue") {
    SOTTO_ASSIGN_OR_RETURN(Ranker created, ReadCatalogue(in));
    ranker.emplace(std::move(created));
  } else if (call == "model") {
    return UseModel(*ranker, in);
  } else if (call == "drop") {
    ranker->DropModel(static_cast<recommend::ModelRole>(Read<uint32_t>(in)));
  } else if (call == "scores") {
    return ranker->UseScores(ReadList(in, [&in] { return ReadFloat(in); }));
  } else if (call == "offers") {
    return SetOffers(*ranker, in);
  } else if (call == "observe") {
    return ranker->Observe(ReadEvent(in));
  } else if (call == "replay") {
    return ranker->Replay(ReadList(in, [&in] { return ReadEvent(in); }));
  } else if (call == "rank") {
    return Rank(*ranker, in, line);
  } else if (call == "learned") {
    line.Hex(ranker->Learned());
  } else if (call == "restore") {
    return ranker->RestoreLearned(FromHex(Read<std::string>(in)).value());
  } else if (call == "segments") {
    for (const recommend::Segment& segment : ranker->Segments(Read<int64_t>(in))) {
      line.Text(segment.name).Bits(segment.strength);
    }
  } else if (call == "forget") {
    ranker->Forget();
  }
  return {};
}

}  // namespace

void PrintRankings() {
  std::optional<Ranker> ranker;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream in(text);
    std::string call;
    in >> call;
    Line line;
    const Status status = Call(call, in, ranker, line);
    (status.ok() ? line : Line().Failure(status.error())).Print();
  }
}

}  // namespace sotto::identity
