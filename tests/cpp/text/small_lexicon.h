// A lexicon that has a little of everything, for tests and fuzzers.
#pragma once

#include "sotto/text/lexicon.h"
#include "sotto/text/tokens.h"

namespace sotto::text {

inline LexiconTables SmallTables() {
  LexiconTables t;
  t.foldings = {{U'這', U'这'}, {U'個', U'个'}, {U'買', U'买'}, {U'錢', U'钱'}, {U'訁', U'讠'},
                {U'馬', U'马'}, {U'甲', U'乙'}, {U'乙', U'丙'}, {U'𠀾', U'𠀿'}, {U'⺡', U'氵'}};
  t.classes = {{U'你', 1, 1}, {U'尼', 1, 2}, {U'很', 2, 3}, {U'狠', 2, 3}, {U'根', 3, 3}, {U'艮', 0, 3}, {U'这', 4, 0}};
  t.joinings = {{U'女', U'子', U'好', true}, {U'亻', U'尔', U'你', true}, {U'口', U'乞', U'吃', true},
                {U'讠', U'舌', U'话', true}, {U'女', U'马', U'妈', true}, {U'木', U'目', U'相', true},
                {U'相', U'心', U'想', true}, {U'日', U'月', U'明', false}};
  t.phrases = {{U"yyds", U"永远的神", false}, {U"666", U"厉害", false},        {U"233", {kTokenJoy}, false},
               {U"sb", U"傻逼", false},       {U"vx", U"微信", false},         {U"v信", U"微信", false},
               {U"加v", U"加微信", false},    {U"加v信", U"加微信", false},    {U"u", U"you", true},
               {U"88", U"拜拜", true},        {U"gr8", U"great", false},       {U"多少米", U"多少钱", false},
               {U"辣鸡", U"垃圾", false},     {U"麻辣鸡", U"麻辣鸡", false},   {U"微信", U"微信", false},
               {U"扣扣", U"qq", false},       {U"[笑哭]", {kTokenJoy}, false}, {U"^_^", {kTokenJoy}, false},
               {U"q群", U"qq群", false}};
  t.emoji = {{0x1F434, U"马"}, {0x1F34E, U"苹果"},     {0x2795, U"加"},       {0x1F171, U"b"},
             {0x2753, U"?"},   {0x1F923, {kTokenJoy}}, {0x2665, {kTokenLove}}};
  t.words = {{"shit", true}, {"fuck", true}, {"ass", true}, {"stupid", false}, {"noob", false}, {"idiot", false}};
  return t;
}

// What Build makes of them; a lexicon of tokens alone if it refused them, which the tests would notice.
inline Lexicon SmallLexicon() {
  auto built = Lexicon::Build(SmallTables());
  return built.ok() ? std::move(built).value() : Lexicon();
}

}  // namespace sotto::text
