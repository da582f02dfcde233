#include "sotto/comments/grammar.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sotto/comments/spoken_noise.h"
#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

Result<Grammar> Parse(std::string text) {
  const std::vector<NamedText> files = {{"g.txt", std::move(text)}};
  return Grammar::Parse(files);
}

std::string ErrorOf(std::string text) {
  const Result<Grammar> grammar = Parse(std::move(text));
  return grammar.ok() ? "" : grammar.error().message;
}

std::map<std::string, int> Drawn(const std::string& text, int draws = 4'000) {
  const Grammar grammar = Parse(text).value();
  ChaCha20Source random(1);
  std::map<std::string, int> counts;
  for (int i = 0; i < draws; ++i) ++counts[grammar.Draw(random).value()];
  return counts;
}

TEST(Grammar, DrawsEveryAlternativeOfADefinitionAsOften) {
  const auto counts = Drawn("colour = red | navy blue\ncolour += 黑色\n> the {colour} one\n");
  ASSERT_EQ(counts.size(), 3U);
  for (const char* comment : {"the red one", "the navy blue one", "the 黑色 one"}) {
    EXPECT_NEAR(counts.at(comment), 4'000 / 3, 150) << comment;
  }
}

TEST(Grammar, LeavesOptionalPartsOutHalfOfTheTime) {
  const auto counts = Drawn("> 多少钱[啊|呀]\n");
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_NEAR(counts.at("多少钱"), 2'000, 150);
  EXPECT_NEAR(counts.at("多少钱啊"), 1'000, 150);
}

TEST(Grammar, NestsChoices) {
  const auto counts = Drawn("> (a(b|c)|d)e\n");
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_NEAR(counts.at("de"), 2'000, 150);
  EXPECT_NEAR(counts.at("abe"), 1'000, 150);
}

TEST(Grammar, DrawsTemplatesByTheirWeight) {
  const auto counts = Drawn("> a\n> b ;; weight 3\n");
  EXPECT_NEAR(counts.at("a"), 1'000, 150);
  EXPECT_NEAR(counts.at("b"), 3'000, 150);
}

TEST(Grammar, KeepsOneSpaceBetweenWordsAndNoneAtTheEnds) {
  EXPECT_EQ(Drawn("> a [b] c[ d]\n").size(), 4U);
  for (const auto& [comment, count] : Drawn("> [x ] a [b] c [d] \n")) {
    EXPECT_EQ(comment.find("  "), std::string::npos) << comment;
    EXPECT_NE(comment.front(), ' ') << comment;
    EXPECT_NE(comment.back(), ' ') << comment;
  }
}

TEST(Grammar, TakesEscapedSignsAsTheyAre) {
  EXPECT_EQ(Drawn(R"(> \[捂脸\] \{a\} \(b\|c\) \\)").begin()->first, R"([捂脸] {a} (b|c) \)");
}

TEST(Grammar, FindsDefinitionsInOtherFilesAndLaterLines) {
  const std::vector<NamedText> files = {{"label", "> {a}\n"}, {"common", "a = {b}\nb = x\n"}};
  ChaCha20Source random(1);
  EXPECT_EQ(Grammar::Parse(files).value().Draw(random).value(), "x");
}

TEST(Grammar, DrawsTheSameFromTheSameSeed) {
  const Grammar grammar = Parse("> (a|b|c)(a|b|c)(a|b|c)[d]\n> {x}\nx = e | f\n").value();
  ChaCha20Source one(5);
  ChaCha20Source other(5);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(grammar.Draw(one).value(), grammar.Draw(other).value());
}

TEST(Grammar, CountsTemplatesAndDefinitions) {
  const Grammar grammar = Parse("# none\n\na = x\n> {a}\n> b\n").value();
  EXPECT_EQ(grammar.templates(), 2U);
  EXPECT_EQ(grammar.definitions(), 1U);
}

TEST(Grammar, NamesFileAndLineOfWhatItRefuses) {
  const std::map<std::string, std::string> errors = {
      {"> a\n> {b}\n", "g.txt:2 refers to {b}, which is not defined."},
      {"> {a}\na = x{b}\nb = [{a}]y\n", "g.txt:2 is defined by itself."},
      {"> (a\n", "g.txt:1 opens ( and does not close it."},
      {"> (a]\n", "g.txt:1 opens ( and does not close it."},
      {"> a)\n", "g.txt:1 closes ) that was not opened."},
      {"> a}\n", "g.txt:1 closes } that was not opened."},
      {"> {a\n", "g.txt:1 opens { and does not close it."},
      {"> {A b}\n", "g.txt:1 refers to {A b}, which is no name."},
      {"a = x | | y\n> {a}\n", "g.txt:1 has an empty alternative."},
      {"> (a|)\n", "g.txt:1 has an empty alternative."},
      {"> \n", "g.txt:1 has an empty alternative."},
      {"> a | b\n", "g.txt:1 has a | outside of brackets."},
      {"> [a] [b]\n", "g.txt:1 may draw an empty comment."},
      {"a = x\na = y\n> {a}\n", "g.txt:2 defines a again."},
      {"a += y\n> {a}\n", "g.txt:1 adds to a, which is not defined yet."},
      {"> a ;; weight 0\n", "g.txt:1 has a weight that is not a number from 1 to 1000."},
      {"> a ;; weight 2x\n", "g.txt:1 has a weight that is not a number from 1 to 1000."},
      {"\nhello\n", "g.txt:2 is neither \"name = text\" nor \"> text\" nor \"# text\"."},
      {"> a\\", "g.txt:1 ends in \\."},
      {"a = x\n", "g.txt:1 ends, and there is no template."},
  };
  for (const auto& [text, message] : errors) EXPECT_EQ(ErrorOf(text), message) << text;
}

TEST(Grammar, RefusesWhatIsNotUtf8) {
  EXPECT_NE(ErrorOf("> \xFF\n"), "");
}

TEST(Grammar, RefusesWhatWouldGrowTooLargeOrTooDeep) {
  std::string doubling = "a0 = xxxxxxxxxx\n";
  std::string chain = "a0 = x\n";
  for (int i = 1; i <= 20; ++i) {
    const std::string before = "{a" + std::to_string(i - 1) + "}";
    doubling += "a" + std::to_string(i) + " = " + before + before + "\n";
    chain.insert(0, "a" + std::to_string(i) + " = " + before + "\n");
  }
  const std::string deep = "> " + std::string(20, '(') + "a" + std::string(20, ')') + "\n";
  for (const std::string& text :
       {doubling + "> {a20}\n", "> {a20}\n" + chain, deep, std::string(kMaxGrammarBytes + 1, '#')}) {
    const Result<Grammar> grammar = Parse(text);
    ASSERT_FALSE(grammar.ok()) << text.substr(0, 80);
    EXPECT_EQ(grammar.error().code, ErrorCode::kResourceExhausted) << grammar.error().message;
  }
}

// The grammars that ship. Tests run in the root of the repository.

NamedText ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {path, std::string(std::istreambuf_iterator<char>(file), {})};
}

struct Shipped {
  std::string label;  // its file without language
  bool has_common = false;
};

std::vector<Shipped> ShippedGrammars() {
  std::vector<Shipped> all;
  for (const char* intent : {"price", "availability", "shipping", "discount", "product_question", "usage", "purchase",
                             "after_sales", "praise", "greeting", "host_request", "chatter"}) {
    all.push_back({std::string("models/intent/grammar/") + intent, true});
  }
  all.push_back({"models/sentiment/grammar/positive"});
  all.push_back({"models/sentiment/grammar/negative"});
  return all;
}

TEST(ShippedGrammars, DrawShortCommentsOfManyKinds) {
  for (const Shipped& shipped : ShippedGrammars()) {
    for (const std::string language : {".zh.txt", ".en.txt"}) {
      std::vector<NamedText> files = {ReadText(shipped.label + language)};
      if (shipped.has_common) files.push_back(ReadText("models/intent/grammar/common" + language));
      const Result<Grammar> grammar = Grammar::Parse(files);
      ASSERT_TRUE(grammar.ok()) << ToString(grammar.error());
      ChaCha20Source random(11);
      std::set<std::string> distinct;
      for (int i = 0; i < 200; ++i) {
        const std::string comment = grammar.value().Draw(random).value();
        ASSERT_TRUE(text::ValidateUtf8(comment).ok());
        const size_t characters = text::Utf16Length(comment, comment.size());
        EXPECT_GT(characters, 0U);
        EXPECT_LE(characters, 80U) << comment;
        distinct.insert(comment);
        EXPECT_TRUE(text::ValidateUtf8(AddSpokenNoise(comment, random).value()).ok());
      }
      EXPECT_GE(distinct.size(), 150U) << files[0].name;
    }
  }
}

}  // namespace
}  // namespace sotto::comments
