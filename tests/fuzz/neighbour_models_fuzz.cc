// Any bytes as the parameters of a model that is read item by item. What is read is written back as the same bytes, and
// its scores are finite.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sotto/recommend/models/content_model.h"
#include "sotto/recommend/models/item_knn.h"
#include "sotto/recommend/models/popularity.h"
#include "sotto/recommend/models/taste.h"
#include "sotto/recommend/models/user_knn.h"

namespace {

using sotto::recommend::Engagement;

void Require(bool holds) {
  if (!holds) std::abort();
}

template <class M>
void Try(sotto::ByteSpan parameters, uint32_t items) {
  sotto::ByteReader in(parameters);
  const auto model = M::Read(in, items);
  if (!model.ok()) return;
  sotto::ByteWriter out;
  model.value().Write(out);
  Require(out.bytes() == sotto::Bytes(parameters.begin(), parameters.end()));
  Require(model.value().items() == items);

  std::vector<Engagement> history;
  if (items > 0) history = {{0, 1}, {items - 1, -3e38F}, {items / 2, 3e38F}};
  std::vector<float> scores(items);
  Require(model.value().Score(history, scores).ok());
  for (const float score : scores) Require(std::isfinite(score));
  for (uint32_t item = 0; item < items; ++item) {
    const auto because = model.value().Because(history, item);
    Require(!because || *because < history.size());
  }
}

}  // namespace

// The first byte chooses the model, the second says how many items there are.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const sotto::ByteSpan parameters(data + 2, size - 2);
  const uint32_t items = data[1];
  switch (data[0] % 5) {
    case 0:
      Try<sotto::recommend::PopularityModel>(parameters, items);
      break;
    case 1:
      Try<sotto::recommend::ItemKnnModel>(parameters, items);
      break;
    case 2:
      Try<sotto::recommend::UserKnnModel>(parameters, items);
      break;
    case 3:
      Try<sotto::recommend::TasteModel>(parameters, items);
      break;
    default:
      Try<sotto::recommend::ContentModel>(parameters, items);
      break;
  }
  return 0;
}
