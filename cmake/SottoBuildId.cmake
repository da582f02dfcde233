# The build id names one state of the core's sources, so that JavaScript can tell a core.wasm of another version.
# Link sotto_build_id and include "sotto/build_id.h" in the one file that reports SOTTO_BUILD_ID. The WASM build also
# writes sdk/ts/src/build-id.ts. tools/build-id.mjs looks at every build and writes only what changed.
find_program(NODE NAMES node nodejs REQUIRED)
set(build_id_header "${PROJECT_BINARY_DIR}/generated/sotto/build_id.h")
set(build_id_outputs "--header=${build_id_header}")
if(EMSCRIPTEN)
  list(APPEND build_id_outputs "--module=${PROJECT_SOURCE_DIR}/sdk/ts/src/build-id.ts")
endif()
add_custom_target(sotto_build_id_files
  COMMAND "${NODE}" "${PROJECT_SOURCE_DIR}/tools/build-id.mjs" ${build_id_outputs}
  BYPRODUCTS "${build_id_header}"
  COMMENT "" VERBATIM)
add_library(sotto_build_id INTERFACE)
target_include_directories(sotto_build_id INTERFACE "${PROJECT_BINARY_DIR}/generated")
add_dependencies(sotto_build_id sotto_build_id_files)
