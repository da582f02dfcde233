// What is written is read back, and a change of the file that means nothing changes nothing.
#include <rapidcheck/gtest.h>

#include "formats/checks.h"
#include "sotto/formats/ass.h"
#include "sotto/formats/clean_text.h"
#include "sotto/formats/sotto_json.h"
#include "text/unicode_gen.h"

namespace sotto::formats {
namespace {

rc::Gen<std::string> TextGen(size_t max_bytes) {
  return rc::gen::map(rc::gen::oneOf(text::TrickyText(), rc::gen::container<std::string>(
                                                             rc::gen::elementOf(std::string("{}\\Nnh\",;<>& ab")))),
                      [max_bytes](const std::string& raw) { return CleanText(raw, max_bytes); });
}

RecordedComment AnyComment() {
  RecordedComment comment;
  comment.at = *rc::gen::inRange<int64_t>(0, kMaxTime + 1);
  comment.id = *TextGen(kMaxNameBytes);
  comment.user = *TextGen(kMaxNameBytes);
  comment.text = *rc::gen::nonEmpty(TextGen(kMaxTextBytes));
  comment.mode = *rc::gen::element(Mode::kScroll, Mode::kReverse, Mode::kTop, Mode::kBottom, Mode::kFree);
  comment.has_color = *rc::gen::arbitrary<bool>();
  if (comment.has_color) comment.color = *rc::gen::inRange<uint32_t>(0, 0x1000000);
  comment.size = *rc::gen::oneOf(rc::gen::just(0), rc::gen::inRange<int32_t>(kMinSize, kNormalSize),
                                 rc::gen::inRange<int32_t>(kNormalSize + 1, kMaxSize + 1));
  if (comment.mode == Mode::kFree) {
    comment.x = *rc::gen::inRange(0, 1001);
    comment.y = *rc::gen::inRange(0, 1001);
  }
  comment.duration = *rc::gen::oneOf(rc::gen::just<int64_t>(0), rc::gen::inRange<int64_t>(1, kMaxDuration + 1));
  return comment;
}

std::vector<RecordedComment> AnyComments() {
  std::vector<RecordedComment> comments;
  const auto count = *rc::gen::inRange<size_t>(0, 20);
  while (comments.size() < count) comments.push_back(AnyComment());
  std::stable_sort(comments.begin(), comments.end(),
                   [](const RecordedComment& a, const RecordedComment& b) { return a.at < b.at; });
  return comments;
}

RC_GTEST_PROP(ExportSottoJson, IsReadBackExactly, ()) {
  const auto comments = AnyComments();
  const auto again = Import(ExportSottoJson(comments));
  RC_ASSERT(again.ok());
  RC_ASSERT(again.value().imported.comments == comments);
  RC_ASSERT(again.value().imported.skipped == 0u);
}

RC_GTEST_PROP(ExportAss, IsReadBackWithTextModeAndTime, ()) {
  const auto comments = AnyComments();
  const auto again = Import(ExportAss(comments));
  RC_ASSERT(again.ok());
  const auto& read = again.value().imported.comments;
  RC_ASSERT(read.size() == comments.size());
  // Times of one hundredth of a second keep the file's order, so the two lists run side by side.
  for (size_t i = 0; i < read.size(); ++i) {
    RC_ASSERT(read[i].text == comments[i].text);
    RC_ASSERT(read[i].mode == comments[i].mode);
    RC_ASSERT(std::abs(read[i].at - comments[i].at) <= 10'000);
    RC_ASSERT(std::abs(read[i].x - comments[i].x) <= 1);
    RC_ASSERT(read[i].size == comments[i].size);
    if (comments[i].has_color && comments[i].color != 0xFFFFFF) RC_ASSERT(read[i].color == comments[i].color);
  }
}

// An id and a time for each, so that a list in another order is told apart.
std::vector<std::string> Rows(size_t count) {
  std::vector<std::string> rows;
  const auto times = *rc::gen::unique<std::vector<uint32_t>>(count, rc::gen::inRange<uint32_t>(0, 1'000'000));
  for (const uint32_t time : times)
    rows.push_back(std::to_string(time) + ",1,25,255,0,0,u," + std::to_string(rows.size()));
  return rows;
}

std::string Xml(const std::vector<std::string>& rows, const std::string& between) {
  std::string file = "<i>";
  for (const std::string& row : rows) file += between + "<d p=\"" + row + "\">text</d>";
  return file + "</i>";
}

RC_GTEST_PROP(Import, DoesNotDependOnTheOrderOfComments, ()) {
  auto rows = Rows(*rc::gen::inRange<size_t>(1, 30));
  const auto expected = Read(Xml(rows, ""));
  std::reverse(rows.begin(), rows.end());
  RC_ASSERT(Read(Xml(rows, "")) == expected);
}

RC_GTEST_PROP(Import, DoesNotDependOnSpaceAndCommentsOfXml, ()) {
  const auto rows = Rows(*rc::gen::inRange<size_t>(1, 30));
  RC_ASSERT(Read(Xml(rows, "\r\n <!-- <d> --><?pi?><other p='1'/>")) == Read(Xml(rows, "")));
}

RC_GTEST_PROP(Import, MovesWithTheTimesOfTheFile, ()) {
  auto comments = AnyComments();
  for (RecordedComment& comment : comments) comment.at /= 2;
  const auto shift = *rc::gen::inRange<int64_t>(0, kMaxTime / 2);
  auto later = comments;
  for (RecordedComment& comment : later) comment.at += shift;
  auto read = Read(ExportSottoJson(later)).comments;
  for (RecordedComment& comment : read) comment.at -= shift;
  RC_ASSERT(read == Read(ExportSottoJson(comments)).comments);
}

}  // namespace
}  // namespace sotto::formats
