// A scripted ranker, one call a line:
//   catalogue count, then as many times: id title(hex) category(hex) price
//   model bytes(hex)
//   rank k include_engaged count, then as many times: product, bits of weight
#include <optional>

#include "lines.h"
#include "sotto/recommend/ranker.h"

namespace sotto::identity {
namespace {

std::vector<recommend::Product> ReadCatalogue(std::istream& in) {
  size_t count = 0;
  in >> count;
  std::vector<recommend::Product> catalogue(count);
  for (auto& product : catalogue) {
    std::string title;
    std::string category;
    in >> product.id >> title >> category >> product.price;
    product.title = Unhex(title);
    product.category = Unhex(category);
  }
  return catalogue;
}

Status UseModel(recommend::Ranker& ranker, const std::string& hex) {
  SOTTO_ASSIGN_OR_RETURN(const auto model, recommend::LoadModel(FromHex(hex).value()));
  return ranker.UseModel(model);
}

void PrintRanking(const recommend::Ranker& ranker, std::istream& in) {
  recommend::RankOptions options;
  size_t count = 0;
  in >> options.k >> options.include_engaged >> count;
  std::vector<recommend::Engagement> history(count);
  for (auto& engagement : history) {
    uint32_t bits = 0;
    in >> engagement.item >> bits;
    engagement.weight = std::bit_cast<float>(bits);
  }
  const auto ranking = ranker.Rank(history, options);
  Line line;
  if (!ranking.ok()) {
    line.Failure(ranking.error()).Print();
    return;
  }
  for (const auto& recommendation : ranking.value()) {
    line.Int(recommendation.product)
        .Bits(recommendation.score)
        .Int(static_cast<int64_t>(recommendation.reason))
        .Int(recommendation.because ? static_cast<int64_t>(*recommendation.because) : -1)
        .Bits(recommendation.content_share);
  }
  line.Print();
}

}  // namespace

void PrintRankings() {
  std::optional<recommend::Ranker> ranker;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream in(text);
    std::string call;
    in >> call;
    if (call == "catalogue") {
      auto created = recommend::Ranker::Create(ReadCatalogue(in), {});
      if (created.ok()) ranker.emplace(std::move(created).value());
      (created.ok() ? Line() : Line().Failure(created.error())).Print();
    } else if (call == "model") {
      std::string hex;
      in >> hex;
      const Status status = UseModel(*ranker, hex);
      (status.ok() ? Line() : Line().Failure(status.error())).Print();
    } else if (call == "rank") {
      PrintRanking(*ranker, in);
    }
  }
}

}  // namespace sotto::identity
