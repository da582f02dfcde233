#include "sotto/dap/http.h"

#include <algorithm>
#include <array>

namespace sotto::dap {
namespace {

constexpr std::string_view kMediaTypes[] = {
    "application/ppm-dap;message=hpke-config-list",
    "application/ppm-dap;message=upload-req",
    "application/ppm-dap;message=upload-errors",
    "application/ppm-dap;message=aggregation-job-init-req",
    "application/ppm-dap;message=aggregation-job-continue-req",
    "application/ppm-dap;message=aggregation-job-resp",
    "application/ppm-dap;message=collection-job-req",
    "application/ppm-dap;message=collection-job-resp",
    "application/ppm-dap;message=aggregate-share-req",
    "application/ppm-dap;message=aggregate-share",
};
constexpr std::string_view kType = "application/ppm-dap";
constexpr std::string_view kMessageParameter = "message";

constexpr std::string_view kProblemPrefix = "urn:ietf:params:ppm:dap:error:";
constexpr std::string_view kProblemNames[] = {
    "invalidMessage",       "unrecognizedTask", "unrecognizedAggregationJob",
    "batchInvalid",         "invalidBatchSize", "invalidAggregationParameter",
    "batchMismatch",        "stepMismatch",     "batchOverlap",
    "unsupportedExtension", "invalidExtension",
};

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool SameIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

// RFC 9110, section 5.6.2.
bool IsTokenCharacter(char c) {
  const char lower = Lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// What is left of a field's value; each function takes what it names from the front.
class FieldText {
 public:
  explicit FieldText(std::string_view text) : text_(text) {}

  bool Empty() const { return text_.empty(); }
  void SkipWhiteSpace() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t"), text_.size())); }
  bool Skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Empty if there is none.
  std::string_view Token() {
    const auto end = std::ranges::find_if_not(text_, IsTokenCharacter);
    const std::string_view token = text_.substr(0, static_cast<size_t>(end - text_.begin()));
    text_.remove_prefix(token.size());
    return token;
  }
  // A token or a quoted string, unquoted into `value`. False if there is neither.
  bool ParameterValue(std::string& value) {
    if (!Skip('"')) {
      value = Token();
      return !value.empty();
    }
    value.clear();
    while (!text_.empty()) {
      if (Skip('"')) return true;
      if (Skip('\\') && text_.empty()) return false;
      const auto c = static_cast<unsigned char>(text_.front());
      if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
      value += text_.front();
      text_.remove_prefix(1);
    }
    return false;
  }

 private:
  std::string_view text_;
};

}  // namespace

std::string_view MediaType(Message message) {
  return kMediaTypes[static_cast<size_t>(message)];
}

bool IsMediaType(std::string_view content_type, Message message) {
  FieldText text(content_type);
  text.SkipWhiteSpace();
  const std::string_view type = text.Token();
  if (!text.Skip('/')) return false;
  const std::string_view subtype = text.Token();
  if (!SameIgnoringCase(std::string(type) + "/" + std::string(subtype), kType)) return false;

  const std::string_view expected = MediaType(message).substr(kType.size() + 1 + kMessageParameter.size() + 1);
  bool found = false;
  for (text.SkipWhiteSpace(); !text.Empty(); text.SkipWhiteSpace()) {
    if (!text.Skip(';')) return false;
    text.SkipWhiteSpace();
    const std::string_view name = text.Token();
    if (name.empty()) continue;  // "a/b;" and "a/b;;c=d" are allowed
    std::string value;
    if (!text.Skip('=') || !text.ParameterValue(value)) return false;
    if (!SameIgnoringCase(name, kMessageParameter)) continue;
    if (found || !SameIgnoringCase(value, expected)) return false;
    found = true;
  }
  return found;
}

std::string_view ProblemName(Problem problem) {
  return kProblemNames[static_cast<size_t>(problem)];
}

std::string ProblemType(Problem problem) {
  return std::string(kProblemPrefix) + std::string(ProblemName(problem));
}

Result<Problem> ProblemOfType(std::string_view type) {
  if (type.starts_with(kProblemPrefix)) {
    const auto found = std::ranges::find(kProblemNames, type.substr(kProblemPrefix.size()));
    if (found != std::end(kProblemNames)) return static_cast<Problem>(found - std::begin(kProblemNames));
  }
  return Error{ErrorCode::kNotFound, "DAP has no problem of this type.", "Act upon the status code instead."};
}

}  // namespace sotto::dap
