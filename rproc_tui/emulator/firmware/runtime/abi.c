/* What the compiler calls by itself (Run-time ABI for the Arm Architecture): memory, and division for a core that has no
   divider. */
#include "runtime.h"

/* Size before value, unlike memset. */
void __aeabi_memset(void *to, size_t size, int value) { memset(to, value, size); }
void __aeabi_memclr(void *to, size_t size) { memset(to, 0, size); }
void __aeabi_memcpy(void *to, const void *from, size_t size) { memcpy(to, from, size); }

#define ALIGNED(name, alignment) __asm__(".globl " #name #alignment "\n" #name #alignment " = " #name)
ALIGNED(__aeabi_memset, 4);
ALIGNED(__aeabi_memset, 8);
ALIGNED(__aeabi_memclr, 4);
ALIGNED(__aeabi_memclr, 8);
ALIGNED(__aeabi_memcpy, 4);
ALIGNED(__aeabi_memcpy, 8);

struct division {
	uint32_t quotient, remainder;
};

static struct division divide(uint32_t dividend, uint32_t divisor)
{
	struct division result = {0, 0};

	for (int bit = 31; bit >= 0; bit--) {
		result.remainder = result.remainder << 1 | (dividend >> bit & 1);
		if (result.remainder >= divisor) {
			result.remainder -= divisor;
			result.quotient |= 1u << bit;
		}
	}
	return result;
}

uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor) { return divide(dividend, divisor).quotient; }

/* Quotient in r0, remainder in r1. */
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor)
{
	struct division result = divide(dividend, divisor);

	return (uint64_t)result.remainder << 32 | result.quotient;
}

int32_t __aeabi_idiv(int32_t dividend, int32_t divisor)
{
	uint32_t left = dividend < 0 ? 0u - (uint32_t)dividend : (uint32_t)dividend;
	uint32_t right = divisor < 0 ? 0u - (uint32_t)divisor : (uint32_t)divisor;
	uint32_t quotient = divide(left, right).quotient;

	return (int32_t)((dividend < 0) != (divisor < 0) ? 0u - quotient : quotient);
}
