// Any bytes as any message of DAP; the first byte picks which. What is decoded is encoded as the same bytes, so that a
// message has one encoding, which its digest and its associated data rely on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sotto/dap/aggregation.h"
#include "sotto/dap/basic.h"
#include "sotto/dap/collection.h"
#include "sotto/dap/http.h"
#include "sotto/dap/task_configuration.h"
#include "sotto/dap/upload.h"

namespace {

using sotto::Bytes;
using sotto::ByteSpan;

void Require(bool holds) {
  if (!holds) std::abort();
}

Bytes Value(const sotto::Result<Bytes>& encoded) {
  Require(encoded.ok());
  return encoded.value();
}
Bytes Value(const Bytes& encoded) {
  return encoded;
}

template <class Encode, class Decode>
void Check(ByteSpan bytes, Encode encode, Decode decode) {
  const auto decoded = decode(bytes);
  if (!decoded.ok()) {
    using enum sotto::ErrorCode;
    Require(decoded.error().code == kTruncated || decoded.error().code == kMalformed);
    return;
  }
  Require(std::ranges::equal(Value(encode(decoded.value())), bytes));
}

void CheckTask(ByteSpan bytes) {
  using namespace sotto::dap;
  Check(bytes, EncodeTaskConfiguration, DecodeTaskConfiguration);
  const auto task = DecodeTaskConfiguration(bytes);
  if (!task.ok()) return;
  const auto interval = TaskInterval(task.value());
  if (!interval.ok() || !interval.value()) return;
  const auto found = std::ranges::find(task.value().extensions, kTaskIntervalExtension, &Extension::type);
  Require(*found == TaskIntervalExtension(*interval.value()));
}

void CheckText(ByteSpan bytes) {
  using namespace sotto::dap;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto decoded = FromBase64Url(text);
  if (decoded.ok()) Require(ToBase64Url(decoded.value()) == text);
  const auto id = IdFromBase64Url<16>(text);
  if (id.ok()) Require(ToBase64Url(id.value()) == text);
  // No text is two messages' media type.
  int messages = 0;
  for (int i = 0; i <= static_cast<int>(Message::kAggregateShare); ++i) {
    messages += IsMediaType(text, static_cast<Message>(i)) ? 1 : 0;
  }
  Require(messages <= 1);
  const auto problem = ProblemOfType(text);
  if (problem.ok()) Require(ProblemType(problem.value()) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::dap;
  if (size == 0) return 0;
  const ByteSpan bytes(data + 1, size - 1);
  switch (data[0] % 16) {
    case 0:
      Check(bytes, EncodeHpkeConfigList, DecodeHpkeConfigList);
      break;
    case 1:
      Check(bytes, EncodeHpkeConfig, DecodeHpkeConfig);
      break;
    case 2:
      CheckTask(bytes);
      break;
    case 3:
      Check(bytes, EncodeReport, DecodeReport);
      break;
    case 4:
      Check(bytes, EncodeUploadRequest, DecodeUploadRequest);
      break;
    case 5:
      Check(bytes, EncodeUploadErrors, DecodeUploadErrors);
      break;
    case 6:
      Check(bytes, EncodePlaintextInputShare, DecodePlaintextInputShare);
      break;
    case 7:
      Check(bytes, EncodeAggregationJobInitReq, DecodeAggregationJobInitReq);
      break;
    case 8:
      Check(bytes, EncodeAggregationJobResp, DecodeAggregationJobResp);
      break;
    case 9:
      Check(bytes, EncodeAggregationJobContinueReq, DecodeAggregationJobContinueReq);
      break;
    case 10:
      Check(bytes, EncodeCollectionJobReq, DecodeCollectionJobReq);
      break;
    case 11:
      Check(bytes, EncodeCollectionJobResp, DecodeCollectionJobResp);
      break;
    case 12:
      Check(bytes, EncodeAggregateShareReq, DecodeAggregateShareReq);
      break;
    case 13:
      Check(bytes, EncodeAggregateShare, DecodeAggregateShare);
      break;
    case 14:
      Check(bytes, EncodeInterval, DecodeInterval);
      Check(bytes, EncodeBatchId, DecodeBatchId);
      break;
    default:
      CheckText(bytes);
  }
  return 0;
}
