# How our own code is compiled. Presets choose; nothing here changes what a floating-point expression means.
set(SOTTO_SANITIZE "" CACHE STRING "Sanitizers, comma-separated: address,undefined")
option(SOTTO_TIDY "Run clang-tidy on our sources, its warnings are errors" OFF)
option(SOTTO_TESTS "Build the tests" ON)
option(SOTTO_FUZZ "Build the libFuzzer targets (clang)" OFF)
option(SOTTO_BENCH "Build the benchmarks" OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT SOTTO_TIDY)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE}")
  # What ccache's manual asks for where headers are precompiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${CCACHE}")
endif()

# Everything that is linked into one program must agree on these.
# Native and WASM give the same bits: no fused multiply-add that the source does not ask for.
add_compile_options(-ffp-contract=off)
if(EMSCRIPTEN)
  set(SOTTO_WASM_VARIANT "simd" CACHE STRING "simd, or mvp for browsers without WASM SIMD")
  set_property(CACHE SOTTO_WASM_VARIANT PROPERTY STRINGS simd mvp)
  # Failures are Results: no unwinding, no type names in what a page downloads.
  add_compile_options(-fno-exceptions $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
  if(SOTTO_WASM_VARIANT STREQUAL "simd")
    add_compile_options(-msimd128)
  endif()
endif()
if(SOTTO_SANITIZE)
  add_compile_options(-fsanitize=${SOTTO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SOTTO_SANITIZE})
endif()

# For code of deep templates (Asio, Beast, CLI11): optimising it under sanitizers costs minutes a file and finds nothing more.
function(sotto_compile_fast target)
  if(SOTTO_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
if(SOTTO_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "libFuzzer needs clang, not ${CMAKE_CXX_COMPILER_ID}. Use the preset: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Warnings for our code only; third-party headers are SYSTEM includes.
add_library(sotto_warnings INTERFACE)
target_compile_options(sotto_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND SOTTO_SANITIZE)
  # GCC's own documentation: -fsanitize makes these two report paths that cannot happen.
  target_compile_options(sotto_warnings INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 at -O3 reports std::string's own copies as overlapping, with sizes that no string has.
  target_compile_options(sotto_warnings INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND NOT EMSCRIPTEN)
  # clang reports what libstdc++ 12 does inside std::stable_sort as ours. GCC's builds still report our own uses.
  target_compile_options(sotto_warnings INTERFACE -Wno-deprecated-declarations)
endif()

if(EMSCRIPTEN)
  # Eigen's index is a long: of 32 bits here, and each uint32_t that becomes one would be reported. Native builds, where it
  # has 64, report the rest.
  target_compile_options(sotto_warnings INTERFACE -Wno-sign-conversion)
endif()

if(SOTTO_TIDY)
  find_program(CLANG_TIDY NAMES clang-tidy-19 clang-tidy REQUIRED)
endif()

# Marks a target as our code: warnings as errors, clang-tidy in the preset that asks for it.
function(sotto_own_code target)
  target_link_libraries(${target} PRIVATE sotto_warnings)
  if(SOTTO_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${CLANG_TIDY};--quiet")
  endif()
endfunction()
