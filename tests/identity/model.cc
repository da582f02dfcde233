#include "model.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "lines.h"

namespace sotto::identity {

std::optional<comments::CommentModel> LoadModelOrPrint(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  auto model = comments::CommentModel::Load(AsBytes(bytes));
  if (model.ok()) return std::move(model).value();
  Line().Failure(model.error()).Print();
  return std::nullopt;
}

}  // namespace sotto::identity
