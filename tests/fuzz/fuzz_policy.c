/* policy.conf: a policy or at least one error. */
#include "config/policy_file.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Policy) policy = policy_parse((const char *)data, size, "policy.conf", NULL, problems);
	g_assert((policy == NULL) == problems_has_errors(problems));
	for (guint i = 0; i < problems_count(problems); i++) {
		g_autofree char *text = problem_format(problems_get(problems, i));
		g_assert(g_utf8_validate(text, -1, NULL));
	}
	g_autoptr(GPtrArray) names = policy_file_names((const char *)data, size);
	g_assert(names);
	return 0;
}
