/**
 * How Dawn is started, in Node and in Chromium: it does not zero the memory of workgroups. With that, SwiftShader takes
 * three times as long to compile a product.
 */
export const dawnFeatures = 'enable-dawn-features=disable_workgroup_init';
