// sotto recommend export: a network as ONNX models.
#pragma once

namespace CLI {
class App;
}

namespace sotto::cli {

void AddRecommendExport(CLI::App& group);

}  // namespace sotto::cli
