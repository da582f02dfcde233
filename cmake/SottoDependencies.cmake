# Third-party libraries of the core, under one name natively and in WASM: simdjson, utf8proc, eigen,
# highway (in WASM its headers alone: one target, chosen when it is compiled).
# Natively they are the system's packages. For WASM tools/bootstrap.sh puts the same versions' sources and headers
# under .toolchain/, because emcc must never see /usr/include. The server and the CLI find what only they need.

function(sotto_header_library name folder marker package)
  add_library(${name} INTERFACE)
  find_path(${name}_INCLUDE_DIR ${marker} PATHS ${folder} NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
  if(NOT ${name}_INCLUDE_DIR)
    message(FATAL_ERROR "${marker} is not in ${folder}. Run tools/bootstrap.sh (it takes it from ${package}).")
  endif()
  target_include_directories(${name} SYSTEM INTERFACE "${${name}_INCLUDE_DIR}")
endfunction()

if(EMSCRIPTEN)
  set(toolchain "${PROJECT_SOURCE_DIR}/.toolchain")
  sotto_header_library(eigen "${toolchain}/include/eigen3" Eigen/Core libeigen3-dev)
  sotto_header_library(highway "${toolchain}/include/highway" hwy/highway.h libhwy-dev)
  foreach(library simdjson utf8proc)
    if(NOT EXISTS "${toolchain}/src/${library}/${library}.h")
      message(FATAL_ERROR "${toolchain}/src/${library} is missing. Run tools/bootstrap.sh.")
    endif()
  endforeach()

  add_library(simdjson STATIC "${toolchain}/src/simdjson/simdjson.cpp")
  target_include_directories(simdjson SYSTEM PUBLIC "${toolchain}/src/simdjson")
  target_compile_definitions(simdjson PUBLIC SIMDJSON_EXCEPTIONS=0)

  add_library(utf8proc STATIC "${toolchain}/src/utf8proc/utf8proc.c")
  target_include_directories(utf8proc SYSTEM PUBLIC "${toolchain}/src/utf8proc")
  target_compile_definitions(utf8proc PUBLIC UTF8PROC_STATIC)
else()
  find_package(Eigen3 3.4 REQUIRED NO_MODULE)
  add_library(eigen INTERFACE)
  target_link_libraries(eigen INTERFACE Eigen3::Eigen)

  find_path(HIGHWAY_INCLUDE_DIR hwy/highway.h REQUIRED)
  find_library(HIGHWAY_LIBRARY hwy REQUIRED)  # tells at run time which vectors the machine has
  add_library(highway INTERFACE)
  target_include_directories(highway SYSTEM INTERFACE "${HIGHWAY_INCLUDE_DIR}")
  target_link_libraries(highway INTERFACE "${HIGHWAY_LIBRARY}")

  find_package(simdjson REQUIRED)
  add_library(simdjson INTERFACE)
  target_link_libraries(simdjson INTERFACE simdjson::simdjson)

  find_path(UTF8PROC_INCLUDE_DIR utf8proc.h REQUIRED)
  find_library(UTF8PROC_LIBRARY utf8proc REQUIRED)
  add_library(utf8proc INTERFACE)
  target_include_directories(utf8proc SYSTEM INTERFACE "${UTF8PROC_INCLUDE_DIR}")
  target_link_libraries(utf8proc INTERFACE "${UTF8PROC_LIBRARY}")
endif()
