#include "sotto/comments/spoken_noise.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

class BrokenSource final : public RandomSource {
 public:
  Status Fill(std::span<uint8_t>) override { return Error{ErrorCode::kUnavailable, "none", ""}; }
};

std::multiset<std::string> Noisy(const std::string& comment) {
  ChaCha20Source random(3);
  std::multiset<std::string> out;
  for (int i = 0; i < 2'000; ++i) out.insert(AddSpokenNoise(comment, random).value());
  return out;
}

TEST(AddSpokenNoise, KeepsTheCommentItselfOften) {
  EXPECT_GT(Noisy("这个有黑色的吗").count("这个有黑色的吗"), 600U);
  EXPECT_GT(Noisy("is it stretchy").count("is it stretchy"), 600U);
}

TEST(AddSpokenNoise, ChangesItInManyWays) {
  const auto chinese = Noisy("能看下后面，谢谢？");
  for (const char* expected :
       {"能看下后面，谢谢", "能看下后面 谢谢", "主播 能看下后面，谢谢", "能看下后面，谢谢？？"}) {
    EXPECT_GT(chinese.count(expected), 0U) << expected;
  }
  const auto english = Noisy("can you show your back please?");
  for (const char* expected : {"can u show your back please?", "Can you show your back please",
                               "can you show ur back please", "hey can you show your back please"}) {
    EXPECT_GT(english.count(expected), 0U) << expected;
  }
}

TEST(AddSpokenNoise, LeavesACommentOfSignsToItself) {
  for (const std::string& noisy : Noisy("😂")) EXPECT_EQ(noisy, "😂");
  for (const std::string& noisy : Noisy("1")) EXPECT_EQ(noisy, "1");
  for (const std::string& noisy : Noisy("？")) EXPECT_EQ(noisy, "？");
}

TEST(AddSpokenNoise, NeverEmptiesOrBreaksAComment) {
  for (const std::string comment : {"a", "啊", "？？？", "!!", "...", "ok", "多少钱？！。"}) {
    for (const std::string& noisy : Noisy(comment)) {
      EXPECT_FALSE(noisy.empty()) << comment;
      EXPECT_TRUE(text::ValidateUtf8(noisy).ok()) << comment;
    }
  }
  ChaCha20Source random(1);
  EXPECT_EQ(AddSpokenNoise("", random).value(), "");
}

TEST(AddSpokenNoise, IsTheSameFromTheSameSeed) {
  EXPECT_EQ(Noisy("上链接，谢谢"), Noisy("上链接，谢谢"));
}

TEST(AddSpokenNoise, RefusesWhatIsNotUtf8AndPassesOnErrorsOfItsSource) {
  ChaCha20Source random(1);
  EXPECT_EQ(AddSpokenNoise("\xFF", random).error().code, ErrorCode::kMalformed);
  BrokenSource broken;
  EXPECT_EQ(AddSpokenNoise("上链接", broken).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace sotto::comments
