// How a Result crosses to JavaScript: {ok: true, value} or {ok: false, error: {code, message, hint}}.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

// Typed arrays that come from JavaScript; registered in base.cc.
EMSCRIPTEN_DECLARE_VAL_TYPE(Uint8List)
EMSCRIPTEN_DECLARE_VAL_TYPE(Uint32List)
EMSCRIPTEN_DECLARE_VAL_TYPE(Int32List)
EMSCRIPTEN_DECLARE_VAL_TYPE(Float32List)
EMSCRIPTEN_DECLARE_VAL_TYPE(Float64List)

namespace sotto::wasm {

using emscripten::val;

inline val Failed(const Error& error) {
  val fields = val::object();
  fields.set("code", std::string(ErrorCodeName(error.code)));
  fields.set("message", error.message);
  fields.set("hint", error.hint);
  val answer = val::object();
  answer.set("ok", false);
  answer.set("error", fields);
  return answer;
}

template <class T>
val Succeeded(T&& value) {
  val answer = val::object();
  answer.set("ok", true);
  answer.set("value", std::forward<T>(value));
  return answer;
}

// `convert` makes the JavaScript value of a success.
template <class T, class Convert>
val Answer(Result<T> result, Convert&& convert) {
  return result.ok() ? Succeeded(convert(std::move(result).value())) : Failed(result.error());
}

inline val Answer(const Status& status) {
  return status.ok() ? Succeeded(val::undefined()) : Failed(status.error());
}

inline Status DifferentLengths() {
  return Error{ErrorCode::kInvalidArgument, "the arrays differ in length.", "They describe the same items, one each."};
}

// An object that JavaScript owns and must delete().
template <class T>
val Owned(T&& object) {
  return val(std::make_unique<std::decay_t<T>>(std::forward<T>(object)));
}

// A copy in JavaScript's memory; a bare typed_memory_view dies with the next growth of ours.
template <class T>
val CopiedArray(std::span<const T> items) {
  return val(emscripten::typed_memory_view(items.size(), items.data())).template call<val>("slice");
}

// JavaScript's numbers are doubles. Those that are whole and exact, from -(2^53 - 1) to 2^53 - 1, become integers;
// others (NaN, fractions, what is too large), whose conversion C++ leaves undefined, become `otherwise`: a number that
// the core refuses in this place.
inline int64_t Whole(double value, int64_t otherwise = std::numeric_limits<int64_t>::min()) {
  const bool whole = std::fabs(value) <= 0x1p53 - 1 && std::trunc(value) == value;
  return whole ? static_cast<int64_t>(value) : otherwise;
}

inline Bytes BytesOf(const Uint8List& array) {
  return emscripten::convertJSArrayToNumberVector<uint8_t>(array);
}

}  // namespace sotto::wasm

// Declares NAME as the type of an answer; SOTTO_REGISTER_ANSWER writes its TypeScript type into core.d.ts.
#define SOTTO_DECLARE_ANSWER(NAME) EMSCRIPTEN_DECLARE_VAL_TYPE(NAME)
#define SOTTO_REGISTER_ANSWER(NAME, VALUE)                    \
  emscripten::register_type<NAME>("{ ok: true, value: " VALUE \
                                  " } | { ok: false, error: { code: string, message: string, hint: string } }")
