// Yardstick for the coincidence kernel: the same two-pointer scan in plain C over the same columns.
// Usage: kernel-yardstick a.f64 b.f64 centre half_width; prints pairs and the best of five CPU times in seconds.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double *column(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) exit(2);
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file) / sizeof(double);
  rewind(file);
  double *values = malloc(*length * sizeof(double));
  if (values == NULL || fread(values, sizeof(double), *length, file) != *length) exit(2);
  fclose(file);
  return values;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  size_t na, nb;
  double *a = column(argv[1], &na), *b = column(argv[2], &nb);
  const double low = atof(argv[3]) - atof(argv[4]), high = atof(argv[3]) + atof(argv[4]);
  const size_t room = 1 << 20;
  int32_t *out_a = malloc(room * sizeof(int32_t)), *out_b = malloc(room * sizeof(int32_t));
  double best = 1e9;
  size_t found = 0;
  for (int run = 0; run < 5; run++) {
    const double started = now();
    size_t first = 0;
    found = 0;
    for (size_t i = 0; i < na; i++) {
      const double from = a[i] + low, to = a[i] + high;
      while (first < nb && b[first] < from) first++;
      for (size_t j = first; j < nb && b[j] <= to; j++) {
        if (found < room) {
          out_a[found] = (int32_t)i;
          out_b[found] = (int32_t)j;
        }
        found++;
      }
    }
    const double seconds = now() - started;
    if (seconds < best) best = seconds;
  }
  printf("{\"found\": %zu, \"seconds\": %.9f}\n", found, best);
  return 0;
}
