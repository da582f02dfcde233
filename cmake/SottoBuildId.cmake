# The build id names one state of the core's sources, so that JavaScript can tell a core.wasm of another version.
#   build/<preset>/generated/sotto/build_id.h   SOTTO_BUILD_ID, for the one file that reports it
#   sdk/ts/src/build-id.ts                      the same for JavaScript
# tools/build-id.mjs hashes at every build and writes only what changed, so nothing else is rebuilt.
find_program(NODE NAMES node nodejs REQUIRED)
set(generated "${PROJECT_BINARY_DIR}/generated")
add_custom_target(sotto_build_id_files
  COMMAND "${NODE}" "${PROJECT_SOURCE_DIR}/tools/build-id.mjs" "--header=${generated}/sotto/build_id.h"
          "--module=${PROJECT_SOURCE_DIR}/sdk/ts/src/build-id.ts"
  BYPRODUCTS "${generated}/sotto/build_id.h"
  COMMENT "" VERBATIM)
add_library(sotto_build_id INTERFACE)
target_include_directories(sotto_build_id INTERFACE "${generated}")
add_dependencies(sotto_build_id sotto_build_id_files)
