// A value or an error. No function of the core throws, prints or aborts on bad input: it returns one of these.
//
//   Result<Manifest> parsed = ParseManifest(bytes);
//   if (!parsed.ok()) return parsed.error();
//   Use(parsed.value());
//
// SOTTO_ASSIGN_OR_RETURN(auto manifest, ParseManifest(bytes)) is the same in one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace sotto {

// What went wrong, in kinds that a caller can act upon. The names returned by `ErrorCodeName` are part of the API.
enum class ErrorCode : uint8_t {
  kInvalidArgument,     // the caller passed something outside the documented range
  kMalformed,           // bytes from outside do not have the form that they claim
  kTruncated,           // bytes from outside end too early
  kUnsupportedVersion,  // well-formed, but of a version that this build does not read
  kMismatch,            // two things that must belong together do not (hash, catalogue, task, build)
  kResourceExhausted,   // larger than a documented limit
  kBudgetExceeded,      // the privacy budget does not allow it
  kNotFound,            // no such item, product, model or task
  kExpired,             // the task or model is past its time
  kUnavailable,         // a source from outside (such as the system's random numbers) did not deliver
  kInternal,            // a defect of ours
};

// "INVALID_ARGUMENT", "MALFORMED", ...: stable, for logs and for JavaScript's `error.code`.
std::string_view ErrorCodeName(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // what and where, in one sentence
  std::string hint;     // what to do about it; may be empty
};

// "MALFORMED: manifest.products[3].price.amount is a string, expected an integer. Send minor units such as 12900."
std::string ToString(const Error& error);

// Precondition of value(): ok(). Precondition of error(): !ok(). Breaking one is a defect of the caller.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T& value() & { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return ok_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

using Status = Result<void>;

}  // namespace sotto

#define SOTTO_CONCAT_INNER(a, b) a##b
#define SOTTO_CONCAT(a, b) SOTTO_CONCAT_INNER(a, b)

// Returns the error of `expression` (a Result of any type) from the enclosing function, if there is one.
#define SOTTO_RETURN_IF_ERROR(expression)                       \
  do {                                                          \
    if (auto sotto_status = (expression); !sotto_status.ok()) { \
      return sotto_status.error();                              \
    }                                                           \
  } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration in parentheses is none
#define SOTTO_ASSIGN_OR_RETURN_INNER(temporary, declaration, expression) \
  auto temporary = (expression);                                         \
  if (!(temporary).ok()) return (temporary).error();                     \
  declaration = std::move(temporary).value()
// NOLINTEND(bugprone-macro-parentheses)

// Declares or assigns `declaration` from the value of `expression`, or returns its error.
#define SOTTO_ASSIGN_OR_RETURN(declaration, expression) \
  SOTTO_ASSIGN_OR_RETURN_INNER(SOTTO_CONCAT(sotto_result_, __LINE__), declaration, expression)
