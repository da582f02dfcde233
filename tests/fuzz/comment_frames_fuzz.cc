// Frames of a room's server: whatever bytes come, what is read of them keeps its promises, and the same frame gives the
// same messages again.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sotto/comments/frames.h"
#include "sotto/text/utf8.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void Check(const sotto::comments::FrameComment& comment) {
  Require(!comment.id.empty());
  Require(std::isfinite(comment.at));
  for (const std::string_view text : {comment.id, comment.user, comment.text}) {
    Require(sotto::text::ValidateUtf8(text).ok());
  }
}

void Check(const sotto::comments::Refusal& refusal) {
  Require(refusal.code == "RATE_LIMITED" || refusal.code == "HTTP_STATUS");
  Require(sotto::text::ValidateUtf8(refusal.message).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto frame = sotto::comments::ReadFrame(bytes);
  const auto again = sotto::comments::ReadFrame(bytes);
  Require(frame.ok() == again.ok());
  if (!frame.ok()) {
    Require(frame.error().code == sotto::ErrorCode::kMalformed ||
            frame.error().code == sotto::ErrorCode::kResourceExhausted);
    return 0;
  }
  Require(frame.value().messages.size() == again.value().messages.size());
  Require(frame.value().skipped == 0 || !frame.value().problem.message.empty());
  for (const auto& message : frame.value().messages) {
    std::visit([](const auto& each) { Check(each); }, message);
  }
  return 0;
}
