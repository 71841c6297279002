//! Request signing and verifying for Alibaba Cloud (ACS3) and Huawei Cloud.
