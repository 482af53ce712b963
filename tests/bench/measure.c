/* Costs of child processes, as the kernel accounts for them. */
#include "measure.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define EXIT_NOT_STARTED 127

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

void measure_check(gboolean done, GError **error)
{
	if (!done)
		g_error("%s", *error != NULL ? (*error)->message : "it failed");
}

double measure_processor_us(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static Cost wait_for(pid_t child, gint64 since_us, const char *what, int exit_code)
{
	struct rusage usage;
	int status;
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		g_error("%s could not be started", what);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != exit_code)
		g_error("%s ended with status %d (%s), wanted exit code %d", what, WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
		        WIFEXITED(status) ? "exit code" : "signal", exit_code);
	return (Cost){
		.wall_s = (double)(clock_monotonic_us() - since_us) / 1e6,
		.cpu_s = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
		.peak_mib = (double)usage.ru_maxrss / 1024,
	};
}

Cost measure_work(Work work, gpointer data)
{
	fflush(NULL);
	gint64 start = clock_monotonic_us();
	pid_t child = fork();
	if (child == 0) {
		work(data);
		fflush(NULL);
		_exit(EXIT_SUCCESS);
	}
	return wait_for(child, start, "a part of the benchmark", EXIT_SUCCESS);
}

G_NORETURN static void become(const char *const *words, const char *output)
{
	int out = open(output != NULL ? output : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int in = open("/dev/null", O_RDONLY);
	if (out >= 0 && in >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(in, STDIN_FILENO) >= 0)
		execvp(words[0], (char *const *)words);
	_exit(EXIT_NOT_STARTED);
}

Cost measure_program(const char *const *words, const char *output, int exit_code)
{
	fflush(NULL);
	g_autofree char *what = g_strjoinv(" ", (char **)words);
	gint64 start = clock_monotonic_us();
	pid_t child = fork();
	if (child == 0)
		become(words, output);
	return wait_for(child, start, what, exit_code);
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double measure_median(double *values, guint count)
{
	qsort(values, count, sizeof *values, compare_doubles);
	return values[count / 2];
}

Cost measure_median_cost(const Cost *costs, guint count)
{
	g_autofree double *wall = g_new(double, count), *cpu = g_new(double, count), *peak = g_new(double, count);
	for (guint i = 0; i < count; i++) {
		wall[i] = costs[i].wall_s;
		cpu[i] = costs[i].cpu_s;
		peak[i] = costs[i].peak_mib;
	}
	return (Cost){measure_median(wall, count), measure_median(cpu, count), measure_median(peak, count)};
}

char *measure_folder_new(void)
{
	g_autoptr(GError) error = NULL;
	char *folder = g_dir_make_tmp("akkoord-bench-XXXXXX", &error);
	if (folder == NULL)
		g_error("%s", error->message);
	return folder;
}

void measure_folder_free(char *folder)
{
	const char *const words[] = {"rm", "-rf", "--", folder, NULL};
	measure_program(words, NULL, EXIT_SUCCESS);
	g_free(folder);
}
