/** The version of adc, which the build puts in place. */
declare const ADC_VERSION: string | undefined;

export const version = typeof ADC_VERSION === 'string' ? ADC_VERSION : '0.0.0-dev';
