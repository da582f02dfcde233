#include "sotto/text/normalise.h"

#include "sotto/text/compose.h"
#include "sotto/text/decompose.h"
#include "sotto/text/pieces.h"
#include "sotto/text/rewrite.h"
#include "sotto/text/runs.h"
#include "sotto/text/utf8.h"

namespace sotto::text {
namespace {

Status Check(std::string_view text) {
  if (text.size() > kMaxCommentBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "a comment of " + std::to_string(text.size()) + " bytes is longer than " +
                     std::to_string(kMaxCommentBytes) + " bytes.",
                 "Cut it before it is classified."};
  }
  return ValidateUtf8(text);
}

// Steps 1 to 3.
Pieces Collapsed(std::string_view text, const Lexicon* lexicon) {
  Decomposed decomposed = Decompose(text, lexicon);
  Pieces pieces = decomposed.plain ? std::move(decomposed.pieces) : Compose(std::move(decomposed.pieces));
  CollapseRuns(pieces);
  return pieces;
}

NormalisedText ToText(const Pieces& pieces) {
  NormalisedText text;
  text.symbols.reserve(pieces.size());
  text.begin.reserve(pieces.size());
  text.end.reserve(pieces.size());
  for (const Piece& piece : pieces) {
    if (piece.run != 0) text.runs.push_back({static_cast<uint32_t>(text.symbols.size()), piece.run});
    text.symbols.push_back(piece.symbol);
    text.begin.push_back(piece.begin);
    text.end.push_back(piece.end);
  }
  return text;
}

}  // namespace

std::string NormalisedText::ToUtf8() const {
  std::string text;
  for (const char32_t symbol : symbols) AppendUtf8(IsToken(symbol) ? EmojiOfToken(symbol) : symbol, text);
  return text;
}

Result<NormalisedText> Normalise(std::string_view text) {
  SOTTO_RETURN_IF_ERROR(Check(text));
  return ToText(Collapsed(text, nullptr));
}

Result<NormalisedText> Normalise(std::string_view text, const Lexicon& lexicon) {
  SOTTO_RETURN_IF_ERROR(Check(text));
  Pieces pieces = Collapsed(text, &lexicon);
  Rewrite(lexicon, pieces);
  return ToText(pieces);
}

}  // namespace sotto::text
