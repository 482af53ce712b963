/* Files from outside as invoices of CII and ZUGFeRD 1: whatever comes in, either facts that hold what an approval needs, or a reason on one line; and
 * whatever facts come out can be told apart, shown, and kept in an event. What a PDF is, is no matter of this process (intake/facturx.h). */
#include "intake/facturx.h"
#include "intake/read.h"
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	GError *error = NULL;
	InvoiceFacts *partial = NULL;

	if (facturx_is_pdf(bytes, length))
		return 0;
	InvoiceFacts *facts = intake_read(bytes, length, &partial, &error);
	check_outcome(facts, partial, error);
	return 0;
}
