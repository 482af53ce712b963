/* Files from suppliers: facts or a reason, never both, never neither. */
#include "intake/read.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(InvoiceFacts) partial = NULL;
	g_autoptr(InvoiceFacts) facts = intake_read(data, size, &partial, &error);
	g_assert((facts == NULL) == (error != NULL));
	g_assert(!facts || !partial);
	return 0;
}
