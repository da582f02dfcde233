// The comment model that identity programs judge with.
#pragma once

#include <optional>
#include <string>

#include "sotto/comments/comment_model.h"

namespace sotto::identity {

// Nothing if it cannot be loaded; then a line says why.
std::optional<comments::CommentModel> LoadModelOrPrint(const std::string& file);

}  // namespace sotto::identity
