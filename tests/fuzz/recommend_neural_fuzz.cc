// Any bytes as a two-tower network or a sequence model. What is read is written back as the same bytes, and its scores
// are finite.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sotto/recommend/models/sequence.h"
#include "sotto/recommend/models/two_tower.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

template <class M>
void ReadAs(sotto::ByteSpan bytes, uint32_t items) {
  sotto::ByteReader in(bytes);
  const auto model = M::Read(in, items);
  if (!model.ok()) return;
  sotto::ByteWriter out;
  model.value().Write(out);
  const sotto::ByteSpan read = bytes.first(in.position());
  Require(out.bytes() == sotto::Bytes(read.begin(), read.end()));
  std::vector<sotto::recommend::Engagement> history;
  for (uint32_t i = 0; i < 4; ++i) history.push_back({i % items, i == 1 ? -1e30F : 3.0F});
  std::vector<float> scores(items);
  Require(model.value().Score(history, scores).ok());
  for (const float score : scores) Require(std::isfinite(score));
  const auto because = model.value().Because(history, items - 1);
  Require(!because || *because < history.size());
}

}  // namespace

// The first byte chooses the kind and the number of items.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint32_t items = 1 + data[0] / 2U;
  const sotto::ByteSpan bytes(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    ReadAs<sotto::recommend::TwoTowerModel>(bytes, items);
  } else {
    ReadAs<sotto::recommend::SequenceModel>(bytes, items);
  }
  return 0;
}
