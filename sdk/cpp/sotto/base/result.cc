#include "sotto/base/result.h"

namespace sotto {

std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case ErrorCode::kMalformed:
      return "MALFORMED";
    case ErrorCode::kTruncated:
      return "TRUNCATED";
    case ErrorCode::kUnsupportedVersion:
      return "UNSUPPORTED_VERSION";
    case ErrorCode::kMismatch:
      return "MISMATCH";
    case ErrorCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case ErrorCode::kBudgetExceeded:
      return "BUDGET_EXCEEDED";
    case ErrorCode::kNotFound:
      return "NOT_FOUND";
    case ErrorCode::kExpired:
      return "EXPIRED";
    case ErrorCode::kUnavailable:
      return "UNAVAILABLE";
    case ErrorCode::kInternal:
      return "INTERNAL";
  }
  return "INTERNAL";
}

std::string ToString(const Error& error) {
  std::string text(ErrorCodeName(error.code));
  text += ": ";
  text += error.message;
  if (!error.hint.empty()) {
    text += ' ';
    text += error.hint;
  }
  return text;
}

}  // namespace sotto
