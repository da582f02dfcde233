// What the tests of every importer ask.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sotto/formats/recording.h"

namespace sotto::formats {

inline Imported Read(std::string_view file, std::optional<Format> format = std::nullopt) {
  auto recording = Import(file, format);
  EXPECT_TRUE(recording.ok()) << ToString(recording.error());
  return recording.ok() ? std::move(recording).value().imported : Imported();
}

inline Error ErrorOf(std::string_view file, std::optional<Format> format = std::nullopt) {
  const auto recording = Import(file, format);
  return recording.ok() ? Error{ErrorCode::kInternal, "accepted", ""} : recording.error();
}

inline std::vector<std::string> Texts(const Imported& imported) {
  std::vector<std::string> texts;
  for (const RecordedComment& comment : imported.comments) texts.push_back(comment.text);
  return texts;
}

// Precondition: there is one.
inline RecordedComment WithText(const Imported& imported, std::string_view text) {
  const auto found = std::find_if(imported.comments.begin(), imported.comments.end(),
                                  [text](const RecordedComment& each) { return each.text == text; });
  if (found != imported.comments.end()) return *found;
  ADD_FAILURE() << "no comment says " << text;
  return {};
}

}  // namespace sotto::formats
